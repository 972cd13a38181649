package shinso.zoo.sweep;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import shinso.train.file.FileException;
import shinso.train.loop.Screen;
import shinso.train.run.RunFolder;
import shinso.train.run.RunInfo;
import shinso.train.run.RunStatus;
import shinso.zoo.harness.RecipeRun;
import shinso.zoo.harness.UsageException;
import shinso.zoo.sweep.TrialRunner.Interruption;
import shinso.zoo.sweep.TrialRunner.Task;

/** Trials are ranked, go on, fail and are gone on with as they should. */
class SweepTest {
  private static final Map<String, String> RATES = Map.of("rate", "1e-4:1:log");

  @TempDir private Path runs;

  /** Says what a trial comes to without training: the nearer the rate is to 0.01 the better. */
  private static final class Imagined implements TrialRunner {
    private final SweepFolder folder;
    private final List<Task> asked = Collections.synchronizedList(new ArrayList<>());
    private int stopsAfter = Integer.MAX_VALUE;
    private int fails = -1;

    Imagined(SweepFolder folder) {
      this.folder = folder;
    }

    @Override
    public Trial run(Task task) throws Interruption {
      if (asked.size() >= stopsAfter) {
        throw new Interruption();
      }
      asked.add(task);
      Map<String, String> point = folder.plan().points().get(task.trial() - 1);
      Path path = folder.trial(task.trial());
      if (!Files.exists(path)) {
        RunFolder.create(
            folder.trials(),
            path.getFileName().toString(),
            RunInfo.starting("tuned", "smoke", 1, point, "glyphs", List.of("run", "tuned")));
      }
      if (task.trial() == fails) {
        return Trial.failed(task.trial(), task.round(), "the loss is NaN", 1);
      }
      return new Trial(
          task.trial(),
          task.round(),
          "",
          task.share() == 1,
          1,
          Map.of("validation.loss", loss(point) + 0.1 / task.round(), "train.steps", 3.0));
    }
  }

  private static double loss(Map<String, String> point) {
    return Math.abs(2 + Math.log10(Double.parseDouble(point.getOrDefault("rate", ""))));
  }

  private SweepFolder folder(Plan plan) {
    return SweepFolder.create(runs, plan);
  }

  private static Standing run(SweepFolder folder, TrialRunner... runners) throws Interruption {
    return Sweep.run(folder, List.of(runners), false, t -> {});
  }

  private static List<Integer> numbers(List<Trial> trials) {
    return trials.stream().map(Trial::number).toList();
  }

  /** Returns the trials as loss ranks them, without a sweep. */
  private static List<Integer> byLoss(Plan plan) {
    List<Map<String, String>> points = plan.points();
    return IntStream.rangeClosed(1, points.size())
        .boxed()
        .sorted((a, b) -> Double.compare(loss(points.get(a - 1)), loss(points.get(b - 1))))
        .toList();
  }

  @Test
  void trialsAreRankedByWhatTheyMeasure() throws Interruption, IOException {
    SweepFolder folder = folder(Tuned.plan(RATES, Method.RANDOM, 12));
    Standing standing = run(folder, new Imagined(folder));
    assertEquals(new Metric("validation.loss", false), standing.metric());
    assertEquals(byLoss(folder.plan()), numbers(standing.ranked()));
    Trial best = Objects.requireNonNull(standing.best());
    assertEquals(byLoss(folder.plan()).getFirst(), best.number());
    String report = Files.readString(folder.report());
    assertTrue(report.contains("Sweep of tuned") && report.contains("trial " + best.number()));
    assertTrue(Files.size(folder.path().resolve("trials.png")) > 1_000);
    assertEquals(standing.all().size(), folder.results().size());
    assertEquals(
        List.of("rate", "validation.loss"),
        SweepReport.figure(standing, Objects.requireNonNull(standing.metric()))
            .coordinates()
            .stream()
            .map(c -> c.name())
            .toList());
  }

  @Test
  void theOtherDirectionCanBeAskedFor() throws Interruption {
    SweepFolder folder =
        folder(Tuned.plan(RATES, Method.RANDOM, 5, "validation.loss", Metric.LARGEST));
    List<Integer> worst = new ArrayList<>(byLoss(folder.plan()));
    Collections.reverse(worst);
    assertEquals(worst, numbers(run(folder, new Imagined(folder)).ranked()));
  }

  @Test
  void aTrialThatFailsIsTheLastAndNoReasonToStop() throws Interruption {
    SweepFolder folder = folder(Tuned.plan(RATES, Method.RANDOM, 6));
    Imagined runner = new Imagined(folder);
    runner.fails = byLoss(folder.plan()).getFirst();
    Standing standing = run(folder, runner);
    assertEquals(1, standing.failures());
    assertEquals(runner.fails, standing.ranked().getLast().number());
    assertEquals("the loss is NaN", standing.ranked().getLast().error());
    assertEquals(byLoss(folder.plan()).get(1), numbers(standing.ranked()).getFirst());
    // It is not tried again, unless that is wished.
    Imagined second = new Imagined(folder);
    assertEquals(1, run(folder, second).failures());
    assertEquals(List.of(), second.asked);
    Standing retried = Sweep.run(folder, List.of(second), true, t -> {});
    assertEquals(List.of(new Task(runner.fails, 1, 1)), second.asked);
    assertEquals(0, retried.failures());
    assertEquals(byLoss(folder.plan()), numbers(retried.ranked()));
  }

  @Test
  void ifAllFailThereIsNoBest() throws Interruption {
    Map<String, String> two = Map.of("rate", "0.1,0.2");
    SweepFolder folder = folder(Tuned.plan(two, Method.GRID, 0));
    Standing standing =
        run(folder, task -> Trial.failed(task.trial(), task.round(), "no " + task.trial(), 0));
    assertNull(standing.best());
    assertNull(standing.metric());
    assertEquals(2, standing.failures());
    assertTrue(Files.exists(folder.report()));
  }

  /** Nine up to a ninth, three up to a third, one to the end. */
  @Test
  void halvingGoesOnWithTheBest() throws Interruption {
    SweepFolder folder = folder(Tuned.plan(RATES, Method.HALVING, 11));
    assertEquals(
        List.of(new Plan.Round(11, 1.0 / 9), new Plan.Round(3, 1.0 / 3), new Plan.Round(1, 1.0)),
        folder.plan().rounds(11));
    Imagined runner = new Imagined(folder);
    Standing standing = run(folder, runner);
    List<Integer> best = byLoss(folder.plan());
    List<Task> later = runner.asked.stream().filter(t -> t.round() > 1).toList();
    assertEquals(
        List.of(
            new Task(best.get(0), 2, 1.0 / 3),
            new Task(best.get(1), 2, 1.0 / 3),
            new Task(best.get(2), 2, 1.0 / 3),
            new Task(best.get(0), 3, 1)),
        later);
    assertEquals(best, numbers(standing.ranked()));
    assertEquals(15, standing.all().size());
    assertEquals(List.of(new Plan.Round(2, 1.0)), Tuned.plan(RATES, Method.HALVING, 2).rounds(2));
  }

  /** Whoever computes them, and wherever it was stopped. */
  @Test
  void runnersAndStopsChangeNothing() throws Interruption {
    Plan plan = Tuned.plan(RATES, Method.HALVING, 20);
    SweepFolder one = folder(plan);
    Standing alone = run(one, new Imagined(one));
    SweepFolder many = folder(plan);
    Standing together =
        run(many, new Imagined(many), new Imagined(many), new Imagined(many), new Imagined(many));
    assertEquals(alone.all().stream().sorted(SweepTest::order).toList(), many.results());
    assertEquals(numbers(alone.ranked()), numbers(together.ranked()));

    SweepFolder stopped = folder(plan);
    AtomicInteger computed = new AtomicInteger();
    for (int i = 1; i <= 40; i++) {
      Imagined runner = new Imagined(SweepFolder.open(stopped.path(), name -> Tuned.RECIPE));
      runner.stopsAfter = i;
      try {
        Standing standing = run(runner.folder, runner);
        computed.addAndGet(runner.asked.size());
        assertEquals(alone.ranked(), standing.ranked());
        break;
      } catch (Interruption e) {
        computed.addAndGet(runner.asked.size());
      }
    }
    assertEquals(alone.all().size(), computed.get(), "nothing is computed twice");
    assertEquals(many.results(), stopped.results());
  }

  private static int order(Trial a, Trial b) {
    return a.round() == b.round()
        ? Integer.compare(a.number(), b.number())
        : Integer.compare(a.round(), b.round());
  }

  @Test
  void whatTrialsDontMeasureIsNamedAfterTheFirst() {
    SweepFolder folder = folder(Tuned.plan(RATES, Method.RANDOM, 6, "validation.losses", ""));
    Imagined runner = new Imagined(folder);
    String message = assertThrows(UsageException.class, () -> run(folder, runner)).getMessage();
    assertTrue(
        message.startsWith(
            "trials of the recipe tuned measure no 'validation.losses' (did you mean"
                + " validation.loss?); they measure "),
        message);
    assertTrue(
        message.endsWith(
            "; go on with: shinso sweep --resume %s --metric NAME".formatted(folder.path())),
        message);
    assertFalse(message.contains("\n"));
    assertEquals(1, runner.asked.size());
    // Nothing is computed before it is said again.
    Imagined again = new Imagined(folder);
    assertEquals(
        message, assertThrows(UsageException.class, () -> run(folder, again)).getMessage());
    assertEquals(List.of(), again.asked);
  }

  @Test
  void aSweepGoesOnWithAnotherMetric() throws Interruption {
    SweepFolder folder = folder(Tuned.plan(RATES, Method.RANDOM, 6, "validation.losses", ""));
    assertThrows(UsageException.class, () -> run(folder, new Imagined(folder)));
    assertThrows(UsageException.class, () -> folder.rankedBy("train.loss", ""));
    assertEquals("validation.losses", reopened(folder).plan().metric());
    folder.rankedBy("validation.loss", "");
    SweepFolder changed = reopened(folder);
    Imagined runner = new Imagined(changed);
    assertEquals(byLoss(folder.plan()), numbers(run(changed, runner).ranked()));
    assertEquals(5, runner.asked.size(), "the first trial is kept");
    // Of a sweep that is over, too.
    List<Integer> worst = byLoss(folder.plan()).reversed();
    SweepFolder other = changed.rankedBy("validation.loss", Metric.LARGEST);
    assertEquals(worst, numbers(run(other, new Imagined(other)).ranked()));
  }

  /** Else the outcome wouldn't be that of the other metric. */
  @Test
  void whatHasPausedByAMetricKeepsIt() throws Interruption {
    SweepFolder stopped = folder(Tuned.plan(RATES, Method.HALVING, 9, "validation.losses", ""));
    assertThrows(UsageException.class, () -> run(stopped, new Imagined(stopped)));
    String message =
        "the trials of the sweep %s have paused as its metric says; another metric or goal needs a"
            + " sweep of its own";
    assertEquals(
        message.formatted(stopped.path().getFileName()),
        assertThrows(UsageException.class, () -> stopped.rankedBy("train.steps", "largest"))
            .getMessage());
    SweepFolder changed = stopped.rankedBy("validation.loss", "");
    assertEquals(byLoss(changed.plan()), numbers(run(changed, new Imagined(changed)).ranked()));
    assertEquals(
        message.formatted(stopped.path().getFileName()),
        assertThrows(UsageException.class, () -> changed.rankedBy("validation.loss", "largest"))
            .getMessage());
  }

  private static SweepFolder reopened(SweepFolder folder) {
    return SweepFolder.open(folder.path(), name -> Tuned.RECIPE);
  }

  @Test
  void anUnknownDirectionIsSaidBeforeAnythingIsMade() throws IOException {
    assertEquals(
        "whether a large or a small 'train.steps' is good is not known; say --goal largest or --goal"
            + " smallest",
        assertThrows(
                UsageException.class,
                () -> folder(Tuned.plan(RATES, Method.RANDOM, 6, "train.steps", "")))
            .getMessage());
    assertEquals(
        "whether a large or a small 'validation.los' is good is not known (did you mean"
            + " validation.loss?); say --goal largest or --goal smallest",
        assertThrows(
                UsageException.class,
                () -> folder(Tuned.plan(RATES, Method.RANDOM, 6, "validation.los", "")))
            .getMessage());
    try (var made = Files.list(runs)) {
      assertEquals(0, made.count());
    }
  }

  @Test
  void wrongPlansAreRefused() {
    assertEquals(
        "the method random needs --trials N, how many points are tried",
        assertThrows(UsageException.class, () -> Tuned.plan(RATES, Method.RANDOM, 0)).getMessage());
    assertTrue(
        assertThrows(UsageException.class, () -> Tuned.plan(RATES, Method.RANDOM, 3, "", "big"))
            .getMessage()
            .startsWith("there is no goal 'big'"));
  }

  @Test
  void aFaultOfARunnerIsTheSweeps() {
    SweepFolder folder = folder(Tuned.plan(RATES, Method.RANDOM, 4));
    TrialRunner broken =
        task -> {
          throw new IllegalStateException("a fault");
        };
    assertThrows(IllegalStateException.class, () -> run(folder, broken, broken));
  }

  /** The winner of halving is the run that would have been made without it, to the bit. */
  @Test
  void pausesChangeNoBitsOfRealTrials() throws Interruption, IOException {
    Map<String, String> rates = Map.of("rate", "0.001,0.01,0.1", "rule", "adam,broken");
    SweepFolder folder = folder(Tuned.plan(rates, Method.HALVING, 6));
    Standing standing = run(folder, new LocalRunner(folder, name -> Tuned.RECIPE, () -> false));
    Trial best = Objects.requireNonNull(standing.best());
    assertEquals(new Metric("validation.accuracy", true), standing.metric());
    assertTrue(best.complete());
    assertEquals(3, standing.failures());
    String error = standing.ranked().getLast().error();
    assertTrue(error.startsWith("step 1: the loss is finite, but the gradient of"), error);
    RunFolder trial = RunFolder.at(folder.trial(best.number()));
    RecipeRun again =
        RecipeRun.create(
            runs.resolve("again"), Tuned.RECIPE, folder.plan().setup(standing.point(best)));
    again.train(Screen.lines(System.out), () -> false, null);
    assertArrayEquals(
        Files.readAllBytes(again.folder().model()), Files.readAllBytes(trial.model()));
    assertNotNull(best.numbers().get("test accuracy"));

    // Two of three went on to the end; the third has paused after two of four epochs.
    Trial third = standing.ranked().get(2);
    assertFalse(third.complete());
    assertEquals(RunStatus.INTERRUPTED, RunFolder.at(folder.trial(third.number())).info().status());
    assertFalse(third.numbers().containsKey("test accuracy"));
  }

  @Test
  void aSweepIsFoundByItsName() {
    Plan plan = Tuned.plan(RATES, Method.RANDOM, 4);
    SweepFolder folder = folder(plan);
    assertEquals(folder.path(), SweepFolder.find(runs, folder.path().getFileName().toString()));
    assertEquals(plan, SweepFolder.open(folder.path(), name -> Tuned.RECIPE).plan());
    assertTrue(
        assertThrows(FileException.class, () -> SweepFolder.find(runs, "nothing"))
            .getMessage()
            .startsWith("there is no sweep 'nothing' in " + runs));
  }
}
