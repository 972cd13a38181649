package shinso.train.data.catalog;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Flow;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The body of an HTTP answer, piece by piece, with a limit on the wait for each: streams have none.
 */
final class Body implements Flow.Subscriber<List<ByteBuffer>> {
  private sealed interface Event {}

  private record Piece(List<ByteBuffer> buffers) implements Event {}

  private record Failure(Throwable cause) implements Event {}

  private record End() implements Event {}

  private final Duration stall;
  private final BlockingQueue<Event> events = new LinkedBlockingQueue<>();
  private volatile Flow.@Nullable Subscription subscription;
  private volatile boolean cancelled;

  Body(Duration stall) {
    this.stall = stall;
  }

  /**
   * Returns the next bytes, or null at the end.
   *
   * @throws IOException if the connection breaks, or nothing comes for too long
   */
  @Nullable List<ByteBuffer> next() throws IOException, InterruptedException {
    Event event = events.poll(stall.toNanos(), TimeUnit.NANOSECONDS);
    return switch (event) {
      case null -> throw new IOException("no data for %d seconds".formatted(stall.toSeconds()));
      case Piece(List<ByteBuffer> buffers) -> {
        request();
        yield buffers;
      }
      case Failure(Throwable cause) ->
          throw new IOException(String.valueOf(cause.getMessage()), cause);
      case End() -> null;
    };
  }

  /** Closes the connection if the answer is not at its end. */
  void cancel() {
    cancelled = true;
    Flow.Subscription s = subscription;
    if (s != null) {
      s.cancel();
    }
  }

  private void request() {
    Flow.Subscription s = subscription;
    if (s != null) {
      s.request(1);
    }
  }

  @Override
  public void onSubscribe(Flow.Subscription s) {
    subscription = s;
    if (cancelled) {
      s.cancel();
    } else {
      s.request(1);
    }
  }

  @Override
  public void onNext(List<ByteBuffer> buffers) {
    events.add(new Piece(buffers));
  }

  @Override
  public void onError(Throwable cause) {
    events.add(new Failure(cause));
  }

  @Override
  public void onComplete() {
    events.add(new End());
  }
}
