package shinso.train.data;

import java.lang.ref.Cleaner;
import java.lang.ref.Reference;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.CancellationException;
import java.util.function.Function;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;
import shinso.core.random.Rng;
import shinso.core.tensor.Tensor;
import shinso.train.data.augment.Augmentation;
import shinso.train.data.augment.Augmenter;

/**
 * A data set cut into batches, epoch by epoch. Batch b of epoch e is a pure function of the data,
 * the batch size, the seed, e and b: an epoch can be entered at any batch, and gives what it would
 * have given from its beginning.
 *
 * <p>A background thread makes the next batches while one is worked on.
 */
public final class Batches {
  private static final Cleaner CLEANER = Cleaner.create();
  private static final int AHEAD = 2;

  private final Dataset data;
  private final int batchSize;
  private final @Nullable Long seed;
  private final boolean dropsRemainder;

  /** The examples of each bucket, null where there are no buckets. */
  private final @Nullable List<int[]> buckets;

  private final @Nullable Augmentation augmentation;

  private Batches(
      Dataset data,
      int batchSize,
      @Nullable Long seed,
      boolean dropsRemainder,
      @Nullable List<int[]> buckets,
      @Nullable Augmentation augmentation) {
    if (data.size() == 0) {
      throw new DataException(
          data.description()
              + ": there are no examples to make batches of; leave this part out, or put some into"
              + " it, as Split.withValidation does");
    }
    if (batchSize < 1) {
      throw new IllegalArgumentException(
          "the batch size is " + batchSize + "; it must be 1 or more");
    }
    if (dropsRemainder && batchSize > data.size()) {
      throw new DataException(
          "%s: %d examples don't fill one batch of %d; make batches smaller"
              .formatted(data.description(), data.size(), batchSize));
    }
    this.data = data;
    this.batchSize = batchSize;
    this.seed = seed;
    this.dropsRemainder = dropsRemainder;
    this.buckets = buckets;
    this.augmentation = augmentation;
  }

  /**
   * Returns batches in an order that depends on the seed and on the epoch only.
   *
   * @throws DataException if the data set is empty
   * @throws IllegalArgumentException if the batch size is not positive, or these are {@link Chunks}
   */
  public static Batches shuffled(Dataset data, int batchSize, long seed) {
    if (data instanceof Chunks) {
      throw new IllegalArgumentException(
          data.description() + ": chunks go on from one another; use Chunks.batches()");
    }
    return new Batches(data, batchSize, seed, false, null, null);
  }

  /**
   * Returns batches of sequences of one bucket each, in an order that depends on the seed and on
   * the epoch only: a program is compiled for each bucket, not for each length.
   *
   * @throws DataException if the data set is empty
   * @throws IllegalArgumentException if the batch size is not positive
   */
  public static Batches bucketed(Bucketed data, int batchSize, long seed) {
    return new Batches(data, batchSize, seed, false, data.buckets(), null);
  }

  /**
   * Returns batches in the order of the data, the same in every epoch: for evaluation.
   *
   * @throws DataException if the data set is empty
   * @throws IllegalArgumentException if the batch size is not positive
   */
  public static Batches inOrder(Dataset data, int batchSize) {
    return new Batches(data, batchSize, null, false, null, null);
  }

  /**
   * Returns these batches without a last one that is not full.
   *
   * @throws DataException if there is no full batch at all
   */
  public Batches withoutRemainder() {
    return new Batches(data, batchSize, seed, true, buckets, augmentation);
  }

  /**
   * Returns these batches with the pictures changed at random, differently in each epoch. What an
   * example becomes depends on the seed, the epoch and the example only.
   *
   * @throws IllegalStateException if these batches are in order, which are for evaluation
   */
  public Batches augmented(Augmentation change) {
    if (seed == null) {
      throw new IllegalStateException(
          "batches in order have no seed and are for evaluation; augment shuffled ones");
    }
    return new Batches(data, batchSize, seed, dropsRemainder, buckets, change);
  }

  /** What makes a batch of an epoch from examples. */
  private Function<int[], List<Tensor>> maker(int epoch) {
    if (augmentation == null || seed == null) {
      return data::batch;
    }
    Augmenter augmenter =
        new Augmenter(augmentation, Rng.of(seed).split("augmentation").split(epoch));
    return indices -> augmenter.augment(data.batch(indices), indices);
  }

  /** Returns the data set. */
  public Dataset data() {
    return data;
  }

  /** Returns the number of examples in a full batch. */
  public int batchSize() {
    return batchSize;
  }

  /** Returns the number of examples in the largest batch that there is. */
  public int largest() {
    int most =
        buckets == null
            ? data.size()
            : buckets.stream().mapToInt(bucket -> bucket.length).max().orElse(0);
    return Math.min(batchSize, most);
  }

  /** Returns the number of batches in an epoch. */
  public int perEpoch() {
    return buckets == null
        ? count(data.size())
        : buckets.stream().mapToInt(bucket -> count(bucket.length)).sum();
  }

  private int count(int examples) {
    return dropsRemainder ? examples / batchSize : Math.ceilDiv(examples, batchSize);
  }

  /** Returns the examples of an epoch in their order, with those of a dropped last batch. */
  public int[] order(int epoch) {
    if (buckets != null) {
      return bucketed(epoch).stream().flatMapToInt(Arrays::stream).toArray();
    }
    if (seed == null) {
      int[] order = new int[data.size()];
      Arrays.setAll(order, i -> i);
      return order;
    }
    return Shuffle.permutation(data.size(), Rng.of(seed).split("shuffle").split(epoch));
  }

  /** Returns the batches of an epoch: each bucket shuffled and cut, then the batches shuffled. */
  private List<int[]> bucketed(int epoch) {
    Rng rng = Rng.of(seed == null ? 0 : seed).split("shuffle").split(epoch);
    List<int[]> batches = new ArrayList<>();
    for (int[] bucket : buckets == null ? List.<int[]>of() : buckets) {
      int[] members = bucket.clone();
      Shuffle.shuffle(members, rng.split(batches.size()));
      for (int b = 0; b < count(members.length); b++) {
        batches.add(cut(members, b));
      }
    }
    int[] order = Shuffle.permutation(batches.size(), rng.split("batches"));
    return Arrays.stream(order).mapToObj(batches::get).toList();
  }

  private int[] cut(int[] order, int batch) {
    // In long: the product may pass 2³¹ for the batch behind the last one.
    int to = (int) Math.min(order.length, (batch + 1L) * batchSize);
    return Arrays.copyOfRange(order, batch * batchSize, to);
  }

  private IntFunction<int[]> examples(int epoch) {
    if (buckets != null) {
      return bucketed(epoch)::get;
    }
    int[] order = order(epoch);
    return batch -> cut(order, batch);
  }

  /** Starts an epoch at its beginning. */
  public Epoch epoch(int epoch) {
    return epoch(epoch, 0);
  }

  /**
   * Starts an epoch in the middle, for a resumed run.
   *
   * @param firstBatch the number of batches that were worked on before, 0 to {@link #perEpoch}
   * @throws IllegalArgumentException if there is no such batch
   */
  public Epoch epoch(int epoch, int firstBatch) {
    if (firstBatch < 0 || firstBatch > perEpoch()) {
      throw new IllegalArgumentException(
          "an epoch of %d batches can't be entered at batch %d".formatted(perEpoch(), firstBatch));
    }
    Producer producer = new Producer(maker(epoch), examples(epoch), firstBatch, perEpoch(), AHEAD);
    return new Epoch(producer, firstBatch, perEpoch());
  }

  /**
   * The batches of one epoch, made ahead on a background thread. The thread ends with the epoch,
   * with {@link #close}, or when nobody holds this any more. For one consumer at a time.
   */
  public static final class Epoch implements Iterator<List<Tensor>>, AutoCloseable {
    private final Producer producer;
    private final Cleaner.Cleanable cleanable;
    private final int end;
    private int next;

    private Epoch(Producer producer, int first, int end) {
      this.producer = producer;
      this.next = first;
      this.end = end;
      producer.start();
      this.cleanable = CLEANER.register(this, producer::stop);
    }

    /** Returns the position in the epoch of the batch that {@link #next} gives next. */
    public int position() {
      return next;
    }

    /** Returns whether there are more batches; does not wait for one. */
    @Override
    public boolean hasNext() {
      return next < end && !producer.isStopped();
    }

    /**
     * Returns the next batch, waiting until it is made.
     *
     * @throws NoSuchElementException after the last batch or after {@link #close}
     * @throws DataException or whatever else the data set threw while it made the batch
     * @throws CancellationException if the waiting thread was interrupted
     */
    @Override
    public List<Tensor> next() {
      try {
        if (!hasNext()) {
          throw new NoSuchElementException("the epoch has no more batches");
        }
        List<Tensor> batch = producer.take();
        next++;
        if (next == end) {
          close();
        }
        return batch;
      } catch (InterruptedException e) {
        close();
        Thread.currentThread().interrupt();
        CancellationException cancelled =
            new CancellationException("interrupted while waiting for a batch");
        cancelled.initCause(e);
        throw cancelled;
      } finally {
        // Without this the epoch may be collected, and its thread stopped, while take() waits.
        Reference.reachabilityFence(this);
      }
    }

    /** Ends the background thread; further batches are not made. */
    @Override
    public void close() {
      cleanable.clean();
    }

    /** Returns the background thread, for tests. */
    Thread thread() {
      return producer.thread();
    }
  }
}
