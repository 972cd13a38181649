package shinso.spark;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import shinso.core.random.Rng;
import shinso.nn.layer.Network;
import shinso.nn.loss.Losses;
import shinso.nn.optim.Adam;
import shinso.spark.distributed.LearnerFactory;
import shinso.spark.distributed.TrainingPlan;
import shinso.train.loop.SupervisedLearner;

/** On a cluster of several processes, of which one is killed in the middle of a training. */
class LostExecutorTest {
  private static final int EVERY = 20;
  private static final int EPOCHS = 12;

  @TempDir private static Path folder;
  private static LocalCluster cluster;
  private static SparkSession spark;
  private static Dataset<Row> table;

  @BeforeAll
  static void start() throws IOException {
    cluster = LocalCluster.start(Files.createDirectory(folder.resolve("cluster")), 2);
    spark = cluster.session(2).getOrCreate();
    table = Disc.table(spark, 800, 2);
  }

  @AfterAll
  static void stop() {
    spark.stop();
    cluster.close();
  }

  private static SparkTrainer trainer(String checkpoints) {
    LearnerFactory factory =
        sharing ->
            SupervisedLearner.of(
                Network.of(2).dense(16).tanh().dropout(0.2).dense(2).build(Rng.of(7)),
                Losses::softmaxCrossEntropy,
                sharing.rule(Adam.of(0.01)));
    return SparkTrainer.of(factory)
        .features(2, "at")
        .label("label", 2)
        .batch(20)
        .epochs(EPOCHS)
        .checkpoints(folder.resolve(checkpoints).toUri().toString(), EVERY);
  }

  private static boolean hasCheckpoint(String name, int step) {
    Path kept = folder.resolve(name);
    if (!Files.isDirectory(kept)) {
      return false;
    }
    try (Stream<Path> all = Files.list(kept)) {
      return all.anyMatch(p ->
          Integer.parseInt(String.valueOf(p.getFileName()).substring("step-".length())) >= step
              && Files.exists(p.resolve("complete")));
    } catch (IOException | java.io.UncheckedIOException e) {
      return false;
    }
  }

  private static SparkOutcome disturbed(SparkTrainer trainer, String checkpoints)
      throws InterruptedException {
    AtomicReference<SparkOutcome> outcome = new AtomicReference<>();
    AtomicReference<Throwable> failure = new AtomicReference<>();
    Thread training =
        Thread.ofPlatform()
            .start(() -> {
              try {
                outcome.set(trainer.fit(table));
              } catch (RuntimeException | Error e) {
                failure.set(e);
              }
            });
    while (!hasCheckpoint(checkpoints, 3 * EVERY) && training.isAlive()) {
      LockSupport.parkNanos(1_000_000);
    }
    List<ProcessHandle> executors = cluster.executors();
    assertFalse(executors.isEmpty(), "no executor is a process of its own");
    assertTrue(training.isAlive(), "the training was over before an executor could be killed");
    assertTrue(executors.getFirst().destroyForcibly());
    training.join();
    assertNull(failure.get());
    return outcome.get();
  }

  @Test
  void aKilledExecutorChangesNoBit() throws InterruptedException {
    SparkOutcome whole = trainer("whole").fit(table);
    assertEquals(EPOCHS * 40, whole.steps());
    for (TrainingPlan.Transport transport :
        List.of(TrainingPlan.Transport.GATHER, TrainingPlan.Transport.BLOCKS)) {
      SparkOutcome survived =
          disturbed(trainer("killed-" + transport).transport(transport), "killed-" + transport);
      assertArrayEquals(whole.model(), survived.model(), transport.toString());
      assertEquals(whole.metrics(), survived.metrics(), transport.toString());
    }
  }

  @Test
  void workersOfSeveralProcessesDrawOtherNumbersAndAgree() {
    SparkOutcome local = trainer("local").localSteps(5).fit(table);
    assertEquals(EPOCHS * 40, local.steps());
    assertEquals(EPOCHS * 40 / 5, local.metrics().size());
    assertEquals(List.of(), local.warnings());
  }
}
