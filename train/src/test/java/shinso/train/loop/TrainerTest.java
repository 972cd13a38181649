package shinso.train.loop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import shinso.core.program.Param;
import shinso.core.program.Step;
import shinso.core.random.Rng;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;
import shinso.nn.optim.Schedule;
import shinso.train.data.Batches;
import shinso.train.file.FileException;
import shinso.train.run.MetricsTable;
import shinso.train.run.RunFolder;
import shinso.train.run.RunStatus;

class TrainerTest {
  @TempDir private Path root;

  /** Changes nothing, and reports the mean of the first field and one number of the key. */
  private static final class Mirror implements Learner {
    @Override
    public Map<String, Param> model() {
      return Map.of("nothing", Param.of(Tensor.scalar(0)));
    }

    @Override
    public Map<String, Param> state() {
      return Map.of();
    }

    @Override
    public Step train(List<Tensor> batch, Rng rng) {
      return evaluate(batch, rng).metric("draw", Tensor.uniform(rng));
    }

    @Override
    public Step evaluate(List<Tensor> batch, Rng rng) {
      Tensor x = batch.getFirst();
      return Step.of(List.of()).metric("loss", x.mean()).metric("point", x.mean(0));
    }
  }

  @Test
  void metricsAreMeansOverExamples() {
    Toy.Points points = Toy.Points.of(11, 7);
    float[] xs =
        points.batch(new int[] {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10}).getFirst().toFloatArray();
    double mean = 0;
    double first = 0;
    for (int i = 0; i < xs.length; i++) {
      mean += xs[i] / xs.length;
      first += i % 2 == 0 ? xs[i] / 11.0 : 0;
    }
    Mirror learner = new Mirror();
    Map<String, Tensor> measured = Evaluation.of(learner, Rng.of(0)).on(Batches.inOrder(points, 4));
    assertEquals(List.of("loss", "point"), List.copyOf(measured.keySet()));
    assertEquals(mean, measured.getOrDefault("loss", Tensor.zeros()).item(), 1e-6);
    Tensor point = measured.getOrDefault("point", Tensor.zeros());
    assertEquals(Shape.of(2), point.shape());
    assertEquals(first, point.toFloatArray()[0], 1e-6);

    Toy.Recorder recorder = new Toy.Recorder();
    Outcome outcome =
        Trainer.of(learner, Batches.shuffled(points, 4, 3))
            .epochs(2)
            .recordEvery(100)
            .evaluate("validation", Batches.inOrder(points, 4))
            .evaluateAtEnd("test", Batches.inOrder(points, 3))
            .with(recorder)
            .run();
    List<Event.Recorded> rows = recorder.all(Event.Recorded.class);
    assertEquals(List.of(3L, 6L), rows.stream().map(Event.Recorded::step).toList());
    assertEquals(List.of(1.0, 2.0), rows.stream().map(Event.Recorded::epoch).toList());
    for (Event.Recorded row : rows) {
      assertEquals(mean, row.numbers().getOrDefault("train.loss", 0.0), 1e-6);
      assertEquals(mean, row.numbers().getOrDefault("validation.loss", 0.0), 1e-6);
      assertFalse(row.numbers().containsKey("train.point"), "not a scalar");
    }
    assertEquals(List.of("validation.loss", "test.loss"), List.copyOf(outcome.metrics().keySet()));
    assertEquals(mean, outcome.metrics().getOrDefault("test.loss", 0.0), 1e-6);
    assertEquals(Ending.COMPLETED, outcome.ending());
    assertEquals("all 6 steps were made", outcome.reason());
  }

  @Test
  void everyStepHasAKeyOfItsOwnThatDependsOnTheSeed() {
    Toy.Recorder a = new Toy.Recorder();
    Toy.Recorder b = new Toy.Recorder();
    Toy.Recorder c = new Toy.Recorder();
    Batches batches = Batches.inOrder(Toy.Points.of(8, 7), 4);
    Trainer.of(new Mirror(), batches).epochs(5).seed(1).with(a).run();
    Trainer.of(new Mirror(), batches).epochs(5).seed(1).with(b).run();
    Trainer.of(new Mirror(), batches).epochs(5).seed(2).with(c).run();
    List<Double> draws = draws(a);
    assertEquals(10, draws.stream().distinct().count());
    assertEquals(draws, draws(b));
    assertTrue(draws.stream().noneMatch(draws(c)::contains));
  }

  private static List<Double> draws(Toy.Recorder r) {
    return r.all(Event.Stepped.class).stream()
        .map(s -> s.metrics().getOrDefault("draw", -1.0))
        .toList();
  }

  @Test
  void learningHappensAndIsWrittenDown() {
    RunFolder run = Toy.run(root);
    Outcome outcome =
        Toy.trainer(Toy.learner(Schedule.constant(0.05)))
            .epochs(30)
            .recordEvery(2)
            .gauge("rate", step -> step / 10.0)
            .in(run)
            .run();
    MetricsTable table = MetricsTable.read(run.metrics());
    assertEquals(
        List.of(
            "step",
            "epoch",
            "seconds",
            "train.loss",
            "train.accuracy",
            "rate",
            "validation.loss",
            "validation.accuracy"),
        table.columns());
    List<MetricsTable.Point> loss = table.series("train.loss");
    // Every second of 210 steps, and the 15 odd ones of the 30 evaluations.
    assertEquals(105 + 15, loss.size());
    double before = mean(loss.subList(0, 15));
    double after = mean(loss.subList(105, 120));
    assertTrue(after < 0.7 * before, before + " to " + after);
    assertEquals(30, table.series("validation.accuracy").size());
    assertEquals(20.9f, (float) table.series("rate").getLast().value());
    assertEquals(RunStatus.FINISHED, run.info().status());
    assertEquals(outcome.metrics(), run.info().metrics());
    assertEquals(
        List.of("validation.loss", "validation.accuracy", "test.loss", "test.accuracy"),
        List.copyOf(outcome.metrics().keySet()));
    assertTrue(Files.exists(run.model()));
    assertEquals(List.of(210L), run.checkpoints(2).steps());
  }

  private static double mean(List<MetricsTable.Point> points) {
    return points.stream().mapToDouble(MetricsTable.Point::value).average().orElseThrow();
  }

  @Test
  void timeUp() {
    AtomicLong now = new AtomicLong();
    RunFolder run = Toy.run(root);
    Outcome outcome =
        Toy.trainer(Toy.learner())
            .epochs(100)
            .maxTime(Duration.ofSeconds(10))
            .clock(now::get)
            .with((event, control) -> {
              if (event instanceof Event.Stepped) {
                now.addAndGet(1_000_000_000L);
              }
            })
            .in(run)
            .run();
    assertEquals(Ending.OUT_OF_TIME, outcome.ending());
    assertEquals("the time was up after step 10", outcome.reason());
    assertEquals(10, outcome.step());
    assertEquals(10, outcome.seconds());
    assertTrue(outcome.metrics().containsKey("test.accuracy"));
    assertEquals(List.of(10L), run.checkpoints(2).steps());
    List<MetricsTable.Point> evaluations =
        MetricsTable.read(run.metrics()).series("validation.loss");
    assertEquals(List.of(7.0, 10.0), evaluations.stream().map(MetricsTable.Point::step).toList());

    // No time at all: nothing is done again, and the end is the same.
    Outcome again = Toy.trainer(Toy.learner()).epochs(100).maxTime(Duration.ZERO).in(run).run();
    assertEquals(outcome.metrics(), again.metrics());
    assertEquals(evaluations, MetricsTable.read(run.metrics()).series("validation.loss"));
  }

  @Test
  void checkpointsByTheClock() {
    AtomicLong now = new AtomicLong();
    Toy.Recorder recorder = new Toy.Recorder();
    Toy.trainer(Toy.learner())
        .epochs(4)
        .checkpointEvery(Duration.ofSeconds(10))
        .clock(() -> now.getAndAdd(100_000_000L))
        .with((event, control) -> {
          if (event instanceof Event.Stepped) {
            now.addAndGet(1_000_000_000L);
          }
        })
        .with(recorder)
        .in(Toy.run(root))
        .run();
    List<Long> saved = recorder.all(Event.Saved.class).stream().map(Event.Saved::step).toList();
    assertTrue(saved.size() == 3 || saved.size() == 4, saved.toString());
    assertEquals(28, saved.getLast());
  }

  @Test
  void batchesOfAnotherSize() {
    RunFolder run = Toy.run(root);
    Toy.trainer(Toy.learner()).steps(2).in(run).run();
    Trainer other =
        Trainer.of(Toy.learner(), Batches.shuffled(Toy.Points.of(50, 1), 10, 1))
            .seed(Toy.SEED)
            .in(run);
    assertEquals(
        "the checkpoint of step 2 was made with batches per epoch 7, not 5; resume with the same"
            + " data, batch size and seed",
        assertThrows(FileException.class, other::run).getMessage());
    assertEquals(RunStatus.FAILED, run.info().status());
  }

  @Test
  void anotherArchitecture() {
    RunFolder run = Toy.run(root);
    Toy.trainer(Toy.learner()).steps(2).in(run).run();
    FileException e =
        assertThrows(
            FileException.class, () -> Toy.trainer(new Toy.Scripted(0)).steps(4).in(run).run());
    assertTrue(
        e.getMessage().startsWith("the checkpoint of step 2 is of another architecture: count is"),
        e.getMessage());
    assertEquals(1, e.getMessage().lines().count());
  }

  @Test
  void aStepMayReportWhatItLikes() {
    Learner learner =
        new Learner() {
          @Override
          public Map<String, Param> model() {
            return Map.of();
          }

          @Override
          public Map<String, Param> state() {
            return Map.of();
          }

          @Override
          public Step train(List<Tensor> batch, Rng rng) {
            return Step.of(List.of()).metric("cost", batch.getFirst().sum());
          }

          @Override
          public Step evaluate(List<Tensor> batch, Rng rng) {
            return Step.of(List.of());
          }
        };
    Outcome outcome = Trainer.of(learner, Batches.inOrder(Toy.Points.of(4, 1), 4)).run();
    assertEquals(1, outcome.step());
  }

  @Test
  void whatACallbackThrowsEndsTheRunAsFailed() {
    RunFolder run = Toy.run(root);
    Trainer trainer =
        Toy.trainer(Toy.learner())
            .with((event, control) -> {
              if (event instanceof Event.Stepped) {
                throw new IllegalStateException("enough\nof it");
              }
            })
            .in(run);
    assertThrows(IllegalStateException.class, trainer::run);
    assertEquals(RunStatus.FAILED, run.info().status());
    assertEquals("enough", run.info().ending());
  }

  @Test
  void twoTrainersInOneFolder() {
    RunFolder run = Toy.run(root);
    try (RunFolder.Lock _ = run.lock()) {
      assertThrows(FileException.class, () -> Toy.trainer(Toy.learner()).in(run).run());
    }
    assertEquals(RunStatus.RUNNING, run.info().status());
  }

  @Test
  void wrongNumbers() {
    Trainer t = Toy.trainer(Toy.learner());
    assertThrows(IllegalArgumentException.class, () -> t.steps(-1));
    assertEquals(
        "the number of epochs is 0 or more, not -2",
        assertThrows(IllegalArgumentException.class, () -> t.epochs(-2)).getMessage());
    assertThrows(IllegalArgumentException.class, () -> t.steps(1L << 31));
    assertThrows(IllegalArgumentException.class, () -> t.evaluateEvery(0));
    assertThrows(IllegalArgumentException.class, () -> t.recordEvery(-1));
    assertThrows(IllegalArgumentException.class, () -> t.checkpointEvery(0));
    assertThrows(IllegalArgumentException.class, () -> t.keep(0).in(Toy.run(root)).run());
  }

  @Test
  void noSteps() {
    RunFolder run = Toy.run(root);
    Outcome outcome = Toy.trainer(Toy.learner()).epochs(0).in(run).run();
    assertEquals(0, outcome.step());
    assertEquals(
        "no step was made, since none was asked for: the model is as it was", outcome.reason());
    assertTrue(outcome.metrics().containsKey("test.loss"));
    assertTrue(Files.exists(run.model()));
  }

  @Test
  void batchesLargerThanTheDataAreSaid() {
    Toy.Recorder recorder = new Toy.Recorder();
    Trainer.of(Toy.learner(), Batches.shuffled(Toy.Points.of(50, 1), 1000, 1)).with(recorder).run();
    assertEquals(
        List.of(
            "batches of 1,000 were asked for, but the largest that there can be has 50 examples and"
                + " is used: points has no more"),
        recorder.all(Event.Noticed.class).stream().map(Event.Noticed::text).toList());
    assertEquals(50, recorder.all(Event.Stepped.class).getFirst().examples());
    Toy.Recorder silent = new Toy.Recorder();
    Trainer.of(Toy.learner(), Batches.shuffled(Toy.Points.of(50, 1), 50, 1)).with(silent).run();
    assertEquals(List.of(), silent.all(Event.Noticed.class));
  }
}
