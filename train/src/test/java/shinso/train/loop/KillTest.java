package shinso.train.loop;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import shinso.train.run.RunFolder;
import shinso.train.run.RunStatus;

/** Training in a process of its own, killed without warning and started again. */
class KillTest {
  private static final int STEPS = 300;
  private static final int KILLS = 5;

  @TempDir private Path root;

  private static Trainer trainer(RunFolder run) {
    return ResumeTest.trainer(run).steps(STEPS);
  }

  /** Trains in the folder of the first argument; says so as soon as steps are being made. */
  static final class Child {
    private Child() {}

    public static void main(String[] args) {
      trainer(RunFolder.open(Path.of("."), args[0]))
          .with((event, control) -> {
            if (event instanceof Event.Stepped s) {
              System.out.println("step " + s.step());
            }
          })
          .run();
    }
  }

  @Test
  void killedAtAnyMoment() throws IOException, InterruptedException {
    RunFolder whole = Toy.run(root);
    trainer(whole).run();

    long seed = 20261105;
    Random random = new Random(seed);
    RunFolder run = Toy.run(root);
    String hint = "seed " + seed;
    int killed = 0;
    for (int i = 0; i < KILLS; i++) {
      // By the number of steps, so that each attempt gets somewhere on a machine of any speed, and
      // then by the clock, so that it may be in the middle of anything.
      if (kill(start(run), 1 + random.nextInt(2 * STEPS / KILLS), random.nextInt(30))) {
        killed++;
      }
    }
    assertTrue(killed >= 2, hint + ": only " + killed + " processes were killed");
    Process last = start(run);
    String output = new String(last.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertTrue(last.waitFor(5, TimeUnit.MINUTES), hint);
    assertEquals(0, last.exitValue(), hint + "\n" + output);

    assertEquals(RunStatus.FINISHED, RunFolder.open(root, run.path().toString()).info().status());
    assertArrayEquals(Files.readAllBytes(whole.model()), Files.readAllBytes(run.model()), hint);
    assertEquals(ResumeTest.metrics(whole), ResumeTest.metrics(run), hint);
  }

  /** Kills a process some time after it has made some steps; returns whether it was still alive. */
  private static boolean kill(Process process, int steps, int millis)
      throws IOException, InterruptedException {
    try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
      List<String> lines = new ArrayList<>();
      for (int seen = 0; seen < steps; ) {
        String line = out.readLine();
        if (line == null) {
          break;
        }
        lines.add(line);
        seen += line.startsWith("step ") ? 1 : 0;
      }
      Thread.sleep(millis);
      boolean alive = process.isAlive();
      process.destroyForcibly().waitFor();
      assertTrue(
          alive || process.exitValue() == 0, "the process failed:\n" + String.join("\n", lines));
      return alive;
    }
  }

  private Process start(RunFolder run) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    for (String flag : ManagementFactory.getRuntimeMXBean().getInputArguments()) {
      if (flag.startsWith("--add-modules")
          || flag.startsWith("--enable-native-access")
          || flag.startsWith("-Dshinso.")) {
        command.add(flag);
      }
    }
    command.addAll(List.of("-Xmx512m", "-cp", System.getProperty("java.class.path")));
    command.addAll(List.of(Child.class.getName(), run.path().toString()));
    return new ProcessBuilder(command).redirectErrorStream(true).directory(root.toFile()).start();
  }
}
