package shinso.spark.distributed;

import java.io.IOException;
import java.io.Serializable;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.zip.CRC32C;
import org.apache.spark.BarrierTaskContext;
import org.apache.spark.broadcast.Broadcast;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import scala.Tuple2;
import scala.jdk.javaapi.CollectionConverters;
import scala.runtime.AbstractFunction1;
import shinso.core.program.Param;
import shinso.core.random.Rng;
import shinso.core.tensor.DType;
import shinso.core.tensor.Tensor;
import shinso.train.UserException;
import shinso.train.checkpoint.Checkpoint;
import shinso.train.data.Batches;
import shinso.train.data.Dataset;
import shinso.train.file.Safetensors;
import shinso.train.loop.Learner;

/**
 * One task of the barrier stage in which a model is trained: it has its part of the examples, and
 * makes all steps together with the other tasks. If one of them is lost, Spark begins the stage
 * again, and the workers go on from the last checkpoint with the bits that they would have had.
 */
final class Worker
    extends AbstractFunction1<
        scala.collection.Iterator<Tuple2<Long, Example>>, scala.collection.Iterator<Outcome>>
    implements Serializable {
  private static final long serialVersionUID = 1L;
  private static final Logger LOG = LoggerFactory.getLogger(Worker.class);

  /** From how many numbers on parts travel from executor to executor; see docs/spark.md. */
  private static final int BLOCKS_FROM = 100_000;

  private static final String MODEL = "model/";
  private static final String STATE = "state/";
  private static final String METRICS = "metrics";

  private final Broadcast<TrainingPlan> sent;
  private final ExampleForm form;

  Worker(Broadcast<TrainingPlan> plan, ExampleForm form) {
    this.sent = plan;
    this.form = form;
  }

  @Override
  public scala.collection.Iterator<Outcome> apply(
      scala.collection.Iterator<Tuple2<Long, Example>> rows) {
    Iterator<Outcome> one = List.of(outcome(CollectionConverters.asJava(rows))).iterator();
    return CollectionConverters.asScala(one);
  }

  private Outcome outcome(Iterator<Tuple2<Long, Example>> rows) {
    List<String> warnings = Executors.prepare();
    Workers workers = new Workers(BarrierTaskContext.get());
    String error;
    try {
      return new Training(sent.value(), form, workers, warnings).run(rows);
    } catch (AbortedException e) {
      error = String.valueOf(e.getMessage());
    } catch (UserException | IllegalArgumentException e) {
      error = String.valueOf(e.getMessage());
      workers.abort(error);
    } catch (RuntimeException e) {
      if (workers.isBroken()) {
        // Another executor was lost: Spark begins the stage again.
        throw e;
      }
      LOG.error("a fault of shinso or of the learner", e);
      error = "a fault of shinso or of the learner, see the executor's log: " + e;
      workers.abort(error);
    }
    return new Outcome(workers.rank(), error, 0, 0, new byte[0], new TreeMap<>(), warnings);
  }

  /** What a worker does from its first meeting to its last. */
  private static final class Training {
    private final TrainingPlan plan;
    private final ExampleForm form;
    private final Workers workers;
    private final List<String> warnings;
    private final Sharing sharing = new Sharing();
    private final Learner learner;
    private final SortedMap<Long, Map<String, Double>> metrics = new TreeMap<>();
    private final @Nullable CheckpointFolder folder;
    private long step;

    Training(TrainingPlan plan, ExampleForm form, Workers workers, List<String> warnings) {
      this.plan = plan;
      this.form = form;
      this.workers = workers;
      this.warnings = new ArrayList<>(warnings);
      this.learner = plan.factory().create(sharing);
      this.folder =
          plan.checkpoints() == null
              ? null
              : CheckpointFolder.open(plan.checkpoints(), plan.hadoop());
    }

    Outcome run(Iterator<Tuple2<Long, Example>> rows) {
      Dataset data = form.dataset(ordered(rows));
      int perWorker = plan.batch() / workers.count();
      long[] sizes =
          workers.meet(Integer.toString(data.size())).stream().mapToLong(Long::parseLong).toArray();
      List<String> kinds = workers.meet(Executors.kind()).stream().distinct().sorted().toList();
      if (kinds.size() > 1) {
        warn(
            "executors of different kinds train together (%s): their rounding differs, and so do results if the workers are on other machines the next time"
                .formatted(String.join("; ", kinds)));
      }
      long least = Arrays.stream(sizes).min().orElse(0);
      if (least < perWorker) {
        throw new DistributionException(
            "%d rows over %d workers are %d for one, which don't fill its part of a batch, %d; make the batch smaller, or take fewer workers"
                .formatted(Arrays.stream(sizes).sum(), sizes.length, least, perWorker));
      }
      long perEpoch = least / perWorker;
      long steps = Math.min(plan.maxSteps(), Math.multiplyExact(perEpoch, (long) plan.epochs()));
      Rng shard = Rng.of(plan.seed()).split("shard").split(workers.rank());
      Batches batches = Batches.shuffled(data, perWorker, seedOf(shard)).withoutRemainder();
      List<Tensor> example = data.batch(first(perWorker));
      WorkerLearner learning =
          plan.localSteps() > 0
              ? new LocalLearner(learner, sharing, plan.localSteps(), plan.averagesMoments())
              : new SynchronousLearner(learner, sharing, example);
      Reduction reduction = reduction();
      try {
        resume(learning, Arrays.stream(sizes).sum());
        long saved = step;
        long startedAt = System.nanoTime();
        while (step < steps) {
          int epoch = (int) (step / perEpoch);
          try (Batches.Epoch examples = batches.epoch(epoch, (int) (step % perEpoch))) {
            while (step < steps && step / perEpoch == epoch) {
              Rng rng = Rng.of(plan.seed()).split("step").split((int) step);
              Map<String, Double> measured =
                  learning.step(examples.next(), rng.split(workers.rank()), reduction);
              step++;
              if (step == steps) {
                learning.finish(reduction);
              }
              record(measured, steps);
              boolean due = step - saved >= plan.checkpointEvery() || step == steps;
              if (folder != null && due && learning.agrees()) {
                save(folder, learning, Arrays.stream(sizes).sum());
                saved = step;
              }
            }
          }
        }
        double seconds = (System.nanoTime() - startedAt) / 1e9;
        byte[] model = workers.rank() == 0 ? model() : new byte[0];
        workers.meet("");
        return new Outcome(
            workers.rank(), "", step, seconds, model, new TreeMap<>(metrics), warnings);
      } finally {
        if (reduction instanceof BlockReduction blocks) {
          blocks.close();
        }
      }
    }

    private static long seedOf(Rng rng) {
      int[] words = rng.words();
      return words[0] & 0xFFFFFFFFL | (long) words[1] << 32;
    }

    private static int[] first(int count) {
      int[] indices = new int[count];
      Arrays.setAll(indices, i -> i);
      return indices;
    }

    /** The order of a shuffle is whatever came first over the network. */
    private static List<Example> ordered(Iterator<Tuple2<Long, Example>> rows) {
      List<Tuple2<Long, Example>> all = new ArrayList<>();
      rows.forEachRemaining(all::add);
      all.sort(Comparator.comparing(Tuple2::_1));
      return all.stream().map(Tuple2::_2).toList();
    }

    private Reduction reduction() {
      long size = learner.model().values().stream().mapToLong(p -> p.shape().size()).sum();
      boolean blocks =
          switch (plan.transport()) {
            case GATHER -> false;
            case BLOCKS -> true;
            case CHOSEN -> size >= BLOCKS_FROM && workers.count() > 1;
          };
      return blocks
          ? new BlockReduction(
              workers, plan.compressed(), Long.toString(BarrierTaskContext.get().stageId()))
          : new GatherReduction(workers, plan.compressed());
    }

    private void record(Map<String, Double> measured, long steps) {
      if (!measured.isEmpty()
          && (step % plan.recordEvery() == 0 || step == steps || plan.localSteps() > 0)) {
        metrics.put(step, measured);
      }
    }

    private Map<String, Param> common(WorkerLearner learning) {
      Map<String, Param> all = new LinkedHashMap<>();
      learner.model().forEach((name, p) -> all.put(MODEL + name, p));
      learner
          .state()
          .forEach((name, p) -> {
            if (!learning.own().containsKey(name)) {
              all.put(STATE + name, p);
            }
          });
      return all;
    }

    /** What a checkpoint must have been made with, for the same bits to come of it. */
    private Map<String, String> conditions(long rows) {
      Map<String, String> all = new LinkedHashMap<>();
      all.put("workers", Integer.toString(workers.count()));
      all.put("batch", Integer.toString(plan.batch()));
      all.put("seed", Long.toString(plan.seed()));
      all.put("local steps", Integer.toString(plan.localSteps()));
      all.put("compressed", Boolean.toString(plan.compressed()));
      all.put("rows", Long.toString(rows));
      return all;
    }

    private void save(CheckpointFolder folder, WorkerLearner learning, long rows) {
      if (!learning.own().isEmpty()) {
        folder.saveOwn(step, workers.rank(), learning.own());
      }
      boolean same = workers.meet(digest(common(learning))).stream().distinct().count() == 1;
      if (workers.rank() == 0) {
        Map<String, String> notes = conditions(rows);
        notes.put(METRICS, MetricsText.of(metrics));
        folder.saveAll(step, common(learning), notes);
        folder.complete(step);
      }
      if (!same) {
        // Machines of different kinds round differently: all go on from what the first one has.
        warn(
            "machines of different kinds computed different bits; those of the first worker count");
        workers.meet("");
        assign(common(learning), folder.loadAll(step).tensors(), step);
      }
    }

    private void warn(String line) {
      if (!warnings.contains(line)) {
        warnings.add(line);
      }
    }

    private void resume(WorkerLearner learning, long rows) {
      if (folder == null) {
        return;
      }
      String newest = workers.rank() == 0 ? Long.toString(folder.newest()) : "";
      long found = Long.parseLong(workers.meet(newest).getFirst());
      if (found < 0) {
        return;
      }
      CheckpointFolder.Kept kept = folder.loadAll(found);
      conditions(rows)
          .forEach((name, value) -> {
            String before = kept.notes().get(name);
            if (!value.equals(before)) {
              throw new DistributionException(
                  "the checkpoints in %s were made with %s %s, not %s; set it so, or take another folder"
                      .formatted(plan.checkpoints(), name, before, value));
            }
          });
      assign(common(learning), kept.tensors(), found);
      if (!learning.own().isEmpty()) {
        assign(learning.own(), folder.loadOwn(found, workers.rank()).tensors(), found);
      }
      metrics.putAll(MetricsText.parse(kept.notes().getOrDefault(METRICS, "")));
      step = found;
    }

    private static void assign(Map<String, Param> params, Map<String, Tensor> values, long step) {
      Map<String, Param> model = new LinkedHashMap<>(params);
      new Checkpoint(step, null, values, Map.of(), Map.of()).restore(model, Map.of());
    }

    private static String digest(Map<String, Param> params) {
      CRC32C crc = new CRC32C();
      params
          .values()
          .forEach(p -> {
            Tensor value = p.value();
            boolean whole = p.dtype() == DType.I32;
            ByteBuffer bytes = ByteBuffer.allocate(4 * p.shape().size());
            if (whole) {
              bytes.asIntBuffer().put(value.toIntArray());
            } else {
              bytes.asFloatBuffer().put(value.toFloatArray());
            }
            crc.update(bytes);
          });
      return Long.toHexString(crc.getValue());
    }

    private byte[] model() {
      try {
        Path file = Files.createTempFile("shinso", ".safetensors");
        try {
          Safetensors.write(file, Checkpoint.values(learner.model()), Collections.emptyMap());
          return Files.readAllBytes(file);
        } finally {
          Files.deleteIfExists(file);
        }
      } catch (IOException e) {
        throw new DistributionException(
            "an executor can't write to its temporary folder: " + e.getMessage(), e);
      }
    }
  }
}
