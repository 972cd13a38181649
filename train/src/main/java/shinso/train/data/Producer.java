package shinso.train.data;

import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.function.Function;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;
import shinso.core.tensor.Tensor;

/** Makes the batches of an epoch on a daemon thread and hands them over through a small queue. */
final class Producer {
  private sealed interface Item {}

  private record Made(List<Tensor> batch) implements Item {}

  private record Failed(Throwable cause) implements Item {}

  private final Function<int[], List<Tensor>> maker;
  private final IntFunction<int[]> examples;
  private final int first;
  private final int end;
  private final BlockingQueue<Item> queue;
  // Not a virtual thread: making batches is work, and would take a carrier from others.
  private final Thread thread;
  private volatile boolean stopped;
  private @Nullable Throwable failure;

  /**
   * Makes one that has not begun.
   *
   * @param maker makes a batch of examples
   * @param examples the examples of each batch
   */
  Producer(
      Function<int[], List<Tensor>> maker,
      IntFunction<int[]> examples,
      int first,
      int end,
      int ahead) {
    this.maker = maker;
    this.examples = examples;
    this.first = first;
    this.end = end;
    this.queue = new ArrayBlockingQueue<>(ahead);
    this.thread = Thread.ofPlatform().daemon().name("shinso-batches").unstarted(this::run);
  }

  void start() {
    thread.start();
  }

  /** Ends the thread, at once if it waits, else after the batch that it is making. */
  void stop() {
    stopped = true;
    thread.interrupt();
  }

  boolean isStopped() {
    return stopped;
  }

  Thread thread() {
    return thread;
  }

  /** Returns the next batch, or throws what went wrong in making it, also when asked again. */
  List<Tensor> take() throws InterruptedException {
    if (failure == null) {
      switch (queue.take()) {
        case Made made -> {
          return made.batch();
        }
        case Failed failed -> failure = failed.cause();
      }
    }
    switch (failure) {
      case RuntimeException e -> throw e;
      case Error e -> throw e;
      default -> throw new DataException("a batch could not be made: " + failure, failure);
    }
  }

  private void run() {
    try {
      for (int b = first; b < end && !stopped; b++) {
        Item item = make(examples.apply(b));
        queue.put(item);
        if (item instanceof Failed) {
          return;
        }
      }
    } catch (InterruptedException e) {
      // Asked to stop: nobody waits for a batch any more.
      stopped = true;
    }
  }

  private Item make(int[] indices) {
    try {
      return new Made(maker.apply(indices));
    } catch (RuntimeException | Error e) {
      return new Failed(e);
    }
  }
}
