package shinso.train.loop;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import shinso.train.run.RunFolder;
import shinso.train.run.RunStatus;
import shinso.train.run.StopRequest;

/** A run that was stopped and resumed is the run that was not. */
class ResumeTest {
  private static final int STEPS = 40;

  @TempDir private Path root;

  static Trainer trainer(RunFolder run) {
    return Toy.trainer(Toy.learner())
        .steps(STEPS)
        .evaluateEvery(5)
        .recordEvery(3)
        .checkpointEvery(4)
        .with(BestModel.by(Goal.smallest("validation.loss")).patience(100))
        .gauge("rate", step -> 0.1 / (1 + step))
        .in(run);
  }

  /** Returns the lines of {@code metrics.csv} without the time. */
  static String metrics(RunFolder run) throws IOException {
    List<String> lines = Files.readAllLines(run.metrics());
    int seconds = List.of(lines.getFirst().split(",", -1)).indexOf("seconds");
    assertTrue(seconds > 0, lines.getFirst());
    return lines.stream()
        .map(line -> {
          String[] fields = line.split(",", -1);
          fields[seconds] = "";
          return String.join(",", fields);
        })
        .collect(Collectors.joining("\n"));
  }

  private static void assertSameEnd(RunFolder expected, RunFolder actual, String hint)
      throws IOException {
    assertArrayEquals(
        Files.readAllBytes(expected.model()), Files.readAllBytes(actual.model()), hint);
    assertEquals(metrics(expected), metrics(actual), hint);
    assertEquals(expected.info().metrics(), actual.info().metrics(), hint);
    assertEquals(RunStatus.FINISHED, actual.info().status(), hint);
  }

  /** Paused again and again, at evaluations, which come every five steps. */
  @Test
  void aRunThatPausesIsTheRunThatDidNot() throws IOException {
    RunFolder whole = Toy.run(root.resolve("whole"));
    trainer(whole).run();
    RunFolder paused = Toy.run(root.resolve("paused"));
    double[] shares = {0.01, 1.0 / 3, 0.3, 0.5};
    long[] steps = {5, 15, 15, 20};
    for (int i = 0; i < shares.length; i++) {
      Outcome outcome = trainer(paused).pauseAfter(shares[i]).run();
      assertEquals(Ending.INTERRUPTED, outcome.ending());
      assertEquals(steps[i], outcome.step(), "after the share " + shares[i]);
      assertEquals(RunStatus.INTERRUPTED, paused.info().status());
      String last = Files.readAllLines(paused.metrics()).getLast();
      assertTrue(last.startsWith(steps[i] + ","), last);
    }
    assertEquals(Ending.COMPLETED, trainer(paused).pauseAfter(0.99).run().ending());
    assertSameEnd(whole, paused, "paused");
    for (double wrong : new double[] {0, -1, 1.5, Double.NaN}) {
      assertThrows(IllegalArgumentException.class, () -> trainer(paused).pauseAfter(wrong));
    }
  }

  @Test
  void twoRunsHaveTheSameBits() throws IOException {
    RunFolder a = Toy.run(root);
    RunFolder b = Toy.run(root);
    trainer(a).run();
    trainer(b).run();
    assertSameEnd(a, b, "two runs");
  }

  /** A request in its folder is an interrupt: after the step, with a checkpoint, to go on from. */
  @Test
  void stoppedByARequest() throws IOException {
    RunFolder whole = Toy.run(root);
    trainer(whole).run();
    RunFolder run = Toy.run(root);
    Callback asking =
        (event, _) -> {
          if (event instanceof Event.Stepped s && s.step() == 7) {
            StopRequest.in(run.path()).make();
          }
        };
    Outcome outcome = trainer(run).with(asking).interruptedBy(StopRequest.in(run.path())).run();
    assertEquals(Ending.INTERRUPTED, outcome.ending());
    assertEquals("interrupted after step 7", outcome.reason());
    assertEquals(RunStatus.INTERRUPTED, run.info().status());
    trainer(run).interruptedBy(StopRequest.in(run.path())).run();
    assertSameEnd(whole, run, "stopped by a request");
  }

  @Test
  void interruptedAtAnyStep() throws IOException {
    RunFolder whole = Toy.run(root);
    trainer(whole).run();
    long seed = 3;
    Random random = new Random(seed);
    for (int round = 0; round < 6; round++) {
      RunFolder run = Toy.run(root);
      int interruptions = 0;
      while (true) {
        int more = random.nextInt(15);
        int[] asked = {0};
        Outcome outcome = trainer(run).interruptedBy(() -> asked[0]++ == more).run();
        assertEquals(outcome.ending() != Ending.INTERRUPTED, Files.exists(run.model()));
        if (outcome.ending() == Ending.COMPLETED) {
          break;
        }
        interruptions++;
        assertEquals(RunStatus.INTERRUPTED, run.info().status());
        assertEquals(
            outcome.step() > 0 ? outcome.step() : 0,
            run.checkpoints(2).steps().isEmpty() ? 0 : run.checkpoints(2).steps().getLast());
      }
      String hint = "seed " + seed + ", round " + round + ", " + interruptions + " interruptions";
      assertSameEnd(whole, run, hint);
    }
  }

  /**
   * As a shell does it with what was typed; the interruption is taken, so that files are written.
   */
  @Test
  void anInterruptedThreadEndsAfterItsStep() throws IOException {
    RunFolder whole = Toy.run(root);
    trainer(whole).run();
    RunFolder run = Toy.run(root);
    Outcome outcome =
        trainer(run)
            .with((event, control) -> {
              if (event instanceof Event.Stepped stepped && stepped.step() == 7) {
                Thread.currentThread().interrupt();
              }
            })
            .run();
    assertFalse(Thread.interrupted(), "the interruption is taken");
    assertEquals(Ending.INTERRUPTED, outcome.ending());
    assertEquals(7, outcome.step());
    assertEquals(7, run.checkpoints(2).steps().getLast());
    trainer(run).run();
    assertSameEnd(whole, run, "interrupted after step 7");
  }

  /** Dies at an event, of whatever kind: nothing more is written, as in a kill at that moment. */
  @Test
  void deadAtAnyEvent() throws IOException {
    RunFolder whole = Toy.run(root);
    Toy.Recorder recorder = new Toy.Recorder();
    trainer(whole).with(recorder).run();
    int events = recorder.events.size();
    assertTrue(events > 60, "only " + events + " events");
    long seed = 4;
    Random random = new Random(seed);
    for (int round = 0; round < 10; round++) {
      RunFolder run = Toy.run(root);
      StringBuilder deaths = new StringBuilder();
      for (int attempt = 0; !finished(run); attempt++) {
        assertTrue(attempt < 100, "no progress");
        int dieAt = random.nextInt(attempt < 4 ? events / 2 : 10 * events);
        int[] heard = {0};
        try {
          trainer(run)
              .with((event, control) -> {
                if (heard[0]++ == dieAt) {
                  deaths.append(' ').append(event.getClass().getSimpleName()).append(dieAt);
                  throw new Death();
                }
              })
              .run();
        } catch (Death e) {
          assertFalse(finished(run) && !deaths.toString().contains("Finished"), deaths.toString());
        }
      }
      assertSameEnd(whole, run, "seed " + seed + ", round " + round + ":" + deaths);
    }
  }

  private static boolean finished(RunFolder run) {
    return run.info().status() == RunStatus.FINISHED;
  }

  /** A later checkpoint that is damaged costs its steps, and nothing else. */
  @Test
  void damagedCheckpoints() throws IOException {
    RunFolder whole = Toy.run(root);
    trainer(whole).run();
    RunFolder run = Toy.run(root);
    int[] asked = {0};
    trainer(run).interruptedBy(() -> asked[0]++ == 18).run();
    long last = run.checkpoints(2).steps().getLast();
    Path file = run.checkpoints(2).tensors(last);
    byte[] bytes = Files.readAllBytes(file);
    bytes[bytes.length / 2] ^= 4;
    Files.write(file, bytes);
    Toy.Recorder recorder = new Toy.Recorder();
    trainer(run).with(recorder).run();
    String notice = recorder.all(Event.Noticed.class).getFirst().text();
    assertTrue(notice.startsWith(file + " is corrupt: its SHA-256 is "), notice);
    assertEquals("going on after step 16", recorder.all(Event.Noticed.class).get(1).text());
    assertSameEnd(whole, run, "damaged");
  }

  @Test
  void aFinishedRunCanBeMadeLonger() throws IOException {
    RunFolder whole = Toy.run(root);
    Toy.trainer(Toy.learner()).steps(28).in(whole).run();
    RunFolder run = Toy.run(root);
    Toy.trainer(Toy.learner()).steps(14).in(run).recordEvery(1).run();
    Toy.trainer(Toy.learner()).steps(28).in(run).recordEvery(1).run();
    assertSameEnd(whole, run, "longer");
  }

  private static final class Death extends Error {
    private static final long serialVersionUID = 1;
  }
}
