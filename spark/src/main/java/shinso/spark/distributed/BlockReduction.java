package shinso.spark.distributed;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.IntFunction;
import org.apache.spark.SparkEnv;
import org.apache.spark.network.buffer.ManagedBuffer;
import org.apache.spark.network.shuffle.BlockFetchingListener;
import org.apache.spark.storage.BlockData;
import org.apache.spark.storage.BlockId;
import org.apache.spark.storage.BlockManager;
import org.apache.spark.storage.BlockManagerId;
import org.apache.spark.storage.StorageLevel;
import org.apache.spark.storage.TestBlockId;
import org.apache.spark.util.io.ChunkedByteBuffer;
import scala.Option;
import scala.reflect.ClassTag;
import scala.reflect.ClassTag$;

/**
 * Cuts the values in as many parts as there are workers; each adds up one of them and everybody
 * fetches the means. Parts travel from executor to executor as Spark's blocks: however many workers
 * there are, each sends and receives twice the values, and the driver hears only of meetings.
 *
 * <p>Source: Dai et al., "BigDL: a distributed deep learning framework for big data" (2019),
 * section 3.3.
 */
final class BlockReduction implements Reduction {
  private static final ClassTag<byte[]> BYTES = ClassTag$.MODULE$.apply(byte[].class);

  private final Workers workers;
  private final boolean compressed;
  private final String name;
  private final List<BlockId> kept = new ArrayList<>();
  private final List<BlockId> older = new ArrayList<>();
  private final List<Place> places;
  private long meeting;

  BlockReduction(Workers workers, boolean compressed, String job) {
    this.workers = workers;
    this.compressed = compressed;
    this.name = "shinso-%s-%d".formatted(job, workers.attempt());
    this.places = workers.meet(Place.here().toString()).stream().map(Place::of).toList();
  }

  @Override
  public Contribution mean(Contribution mine) {
    int all = workers.count();
    int rank = workers.rank();
    int length = mine.values().length;
    meeting++;
    for (int part = 0; part < all; part++) {
      put(
          id("term", rank, part),
          mine.toBytes(compressed, start(part, length), start(part + 1, length), true));
    }
    workers.meet("");
    // Nobody reads those of the meeting before any more.
    forget(older);
    int from = start(rank, length);
    Contribution.Sum sum = new Contribution.Sum(mine, start(rank + 1, length) - from, true);
    for (byte[] term : fetch(worker -> id("term", worker, rank))) {
      sum.add(term, compressed);
    }
    float[] values = new float[length];
    sum.means(values, from);
    ByteBuffer bytes = ByteBuffer.allocate(4 * (start(rank + 1, length) - from));
    bytes.asFloatBuffer().put(values, from, bytes.capacity() / 4);
    put(id("mean", rank, rank), bytes.array());
    workers.meet("");
    List<byte[]> means = fetch(worker -> id("mean", worker, worker));
    for (int worker = 0; worker < all; worker++) {
      int at = start(worker, length);
      ByteBuffer.wrap(means.get(worker))
          .asFloatBuffer()
          .get(values, at, start(worker + 1, length) - at);
    }
    older.addAll(kept);
    kept.clear();
    return sum.mean(values);
  }

  private int start(int part, int length) {
    return (int) ((long) length * part / workers.count());
  }

  private BlockId id(String kind, int worker, int part) {
    return new TestBlockId("%s-%d-%s-%d-%d".formatted(name, meeting, kind, worker, part));
  }

  private void put(BlockId id, byte[] bytes) {
    ChunkedByteBuffer buffer = new ChunkedByteBuffer(ByteBuffer.wrap(bytes));
    if (!blocks().putBytes(id, buffer, StorageLevel.MEMORY_AND_DISK_SER(), false, BYTES)) {
      throw new DistributionException(
          "an executor has no room for %,d bytes of gradients; give it more memory (spark.executor.memory)"
              .formatted(bytes.length));
    }
    kept.add(id);
  }

  /** Asks for the blocks of all workers, and waits for them. */
  private List<byte[]> fetch(IntFunction<BlockId> ids) {
    List<CompletableFuture<byte[]>> coming = new ArrayList<>();
    for (int worker = 0; worker < places.size(); worker++) {
      CompletableFuture<byte[]> one = new CompletableFuture<>();
      coming.add(one);
      BlockId id = ids.apply(worker);
      Place place = places.get(worker);
      if (place.equals(Place.here())) {
        one.complete(local(id));
      } else {
        // Without asking the driver where: it would be asked by all of all.
        blocks()
            .blockTransferService()
            .fetchBlocks(
                place.host,
                place.port,
                place.executor,
                new String[] {id.name()},
                new Arrival(one),
                null);
      }
    }
    List<byte[]> all = new ArrayList<>();
    for (CompletableFuture<byte[]> one : coming) {
      all.add(workers.await(one));
    }
    return all;
  }

  private static byte[] local(BlockId id) {
    Option<BlockData> found = blocks().getLocalBytes(id);
    if (found.isEmpty()) {
      throw new DistributionException(
          "an executor lost gradients for lack of memory; give it more (spark.executor.memory)");
    }
    byte[] bytes = new byte[Math.toIntExact(found.get().size())];
    found.get().toByteBuffer().get(bytes);
    blocks().releaseLock(id, Option.empty());
    return bytes;
  }

  /**
   * Where a worker's blocks are.
   *
   * @param executor its name
   */
  private record Place(String host, int port, String executor) {
    static Place here() {
      BlockManagerId id = blocks().blockManagerId();
      return new Place(id.host(), id.port(), id.executorId());
    }

    static Place of(String text) {
      String[] parts = text.split(" ");
      return new Place(parts[0], Integer.parseInt(parts[1]), parts[2]);
    }

    @Override
    public String toString() {
      return host + " " + port + " " + executor;
    }
  }

  /** A block on its way. */
  private record Arrival(CompletableFuture<byte[]> bytes) implements BlockFetchingListener {
    @Override
    public void onBlockFetchSuccess(String id, ManagedBuffer data) {
      try {
        ByteBuffer buffer = data.nioByteBuffer();
        // Released when this returns, hence copied.
        byte[] copy = new byte[buffer.remaining()];
        buffer.get(copy);
        bytes.complete(copy);
      } catch (IOException e) {
        bytes.completeExceptionally(e);
      }
    }

    @Override
    public void onBlockFetchFailure(String id, Throwable e) {
      bytes.completeExceptionally(e);
    }
  }

  private static BlockManager blocks() {
    return SparkEnv.get().blockManager();
  }

  private static void forget(List<BlockId> ids) {
    ids.forEach(id -> blocks().removeBlock(id, false));
    ids.clear();
  }

  /** Removes what is left. */
  void close() {
    forget(older);
    forget(kept);
  }
}
