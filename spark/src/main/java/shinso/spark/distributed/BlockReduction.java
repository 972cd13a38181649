package shinso.spark.distributed;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.SparkEnv;
import org.apache.spark.storage.BlockId;
import org.apache.spark.storage.BlockManager;
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
  private long meeting;

  BlockReduction(Workers workers, boolean compressed, String job) {
    this.workers = workers;
    this.compressed = compressed;
    this.name = "shinso-%s-%d".formatted(job, workers.attempt());
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
    for (int worker = 0; worker < all; worker++) {
      sum.add(get(id("term", worker, rank)), compressed);
    }
    float[] values = new float[length];
    sum.means(values, from);
    ByteBuffer bytes = ByteBuffer.allocate(4 * (start(rank + 1, length) - from));
    bytes.asFloatBuffer().put(values, from, bytes.capacity() / 4);
    put(id("mean", rank, rank), bytes.array());
    workers.meet("");
    for (int worker = 0; worker < all; worker++) {
      int at = start(worker, length);
      if (worker != rank) {
        ByteBuffer.wrap(get(id("mean", worker, worker)))
            .asFloatBuffer()
            .get(values, at, start(worker + 1, length) - at);
      }
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
    if (!blocks().putBytes(id, buffer, StorageLevel.MEMORY_AND_DISK_SER(), true, BYTES)) {
      throw new DistributionException(
          "an executor has no room for %,d bytes of gradients; give it more memory (spark.executor.memory)"
              .formatted(bytes.length));
    }
    kept.add(id);
  }

  private static byte[] get(BlockId id) {
    Option<org.apache.spark.storage.BlockData> local = blocks().getLocalBytes(id);
    if (local.isDefined()) {
      byte[] bytes = new byte[Math.toIntExact(local.get().size())];
      local.get().toByteBuffer().get(bytes);
      blocks().releaseLock(id, Option.empty());
      return bytes;
    }
    Option<ChunkedByteBuffer> remote = blocks().getRemoteBytes(id);
    if (remote.isEmpty()) {
      // An executor was lost: Spark begins the stage again.
      throw new IllegalStateException("the block " + id + " is gone");
    }
    return remote.get().toArray();
  }

  private static BlockManager blocks() {
    return SparkEnv.get().blockManager();
  }

  private static void forget(List<BlockId> ids) {
    ids.forEach(id -> blocks().removeBlock(id, true));
    ids.clear();
  }

  /** Removes what is left. */
  void close() {
    forget(older);
    forget(kept);
  }
}
