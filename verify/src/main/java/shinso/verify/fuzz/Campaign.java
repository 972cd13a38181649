package shinso.verify.fuzz;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Programs in many JVMs, one for each configuration. A JVM that dies is a finding as well: it is
 * started again behind the program that ended it, and that program is made smaller in further JVMs.
 */
public final class Campaign {
  /** JVMs that may die for making one program smaller. */
  private static final int DEATHS = 60;

  /** Programs that end a JVM and are made smaller, for each configuration. */
  private static final int CRASHES = 3;

  /** Exit codes of processes that were told to end: by Ctrl-C, and by somebody else. */
  private static final Set<Integer> TOLD = Set.of(130, 143);

  /** A JVM that says nothing for so many seconds hangs. */
  private static final int PATIENCE = 300;

  private final PrintWriter out;
  private final Class<?> main;
  private final int deaths;
  private final Set<String> shown = new HashSet<>();

  /** What the portable kernels gave, by seed. */
  private final Map<Long, Bits> bits = new ConcurrentHashMap<>();

  private record Bits(Configuration configuration, String sum) {}

  /** Prints findings there. */
  public Campaign(PrintWriter out) {
    this(out, Fuzz.class, DEATHS);
  }

  /**
   * Runs another program in the JVMs that takes the same arguments.
   *
   * @param deaths JVMs that may die for making one program smaller
   */
  Campaign(PrintWriter out, Class<?> main, int deaths) {
    this.out = out;
    this.main = main;
    this.deaths = deaths;
  }

  /**
   * What became of a configuration.
   *
   * @param programs how many were checked
   * @param findings how many of them were wrong
   * @param note why none was checked, or nothing
   */
  public record Result(Configuration configuration, long programs, int findings, String note) {
    /** Returns a line of a report. */
    @Override
    public String toString() {
      return String.format(
          Locale.ROOT,
          "%-22s %8d programs %6d findings%s",
          configuration,
          programs,
          findings,
          note.isEmpty() ? "" : "  " + note);
    }
  }

  /**
   * Checks programs in all configurations.
   *
   * @param seed the first one's; configurations have their own seeds, but for those that must give
   *     the same bits
   * @param programs at most in each configuration
   * @param seconds at most for each configuration
   * @param processes at a time
   */
  public List<Result> run(
      List<Configuration> configurations, long seed, long programs, double seconds, int processes)
      throws InterruptedException {
    try (ExecutorService pool = Executors.newFixedThreadPool(processes)) {
      List<Future<Result>> running = new ArrayList<>();
      for (int i = 0; i < configurations.size(); i++) {
        Configuration c = configurations.get(i);
        long from = seed + (c.portable() ? 0 : i * 100_000_000L);
        running.add(pool.submit(() -> check(c, from, from + programs, seconds)));
      }
      List<Result> results = new ArrayList<>();
      for (Future<Result> r : running) {
        results.add(r.get());
      }
      return results;
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    }
  }

  private Result check(Configuration c, long from, long to, double seconds)
      throws IOException, InterruptedException {
    long start = System.nanoTime();
    long programs = 0;
    int findings = 0;
    int crashes = 0;
    long next = from;
    while (true) {
      double left = seconds - (System.nanoTime() - start) / 1e9;
      if (left <= 0 || next >= to) {
        return new Result(c, programs, findings, "");
      }
      Worker w = new Worker(c);
      int code =
          w.run(
              "--seeds",
              next + ".." + to,
              "--seconds",
              Double.toString(left),
              "--progress",
              c.portable() ? "--bits" : "");
      findings += w.findings;
      if (!w.skipped.isEmpty()) {
        return new Result(c, 0, 0, w.skipped);
      }
      if (w.ran >= 0) {
        return new Result(c, programs + w.ran, findings, "");
      }
      if (w.at < 0 || TOLD.contains(code)) {
        throw new IOException("%s: the JVM ended with exit code %d".formatted(c, code));
      }
      programs += w.at - next + 1;
      findings++;
      if (++crashes <= CRASHES) {
        shrink(c, w.at);
      } else {
        print(c, "seed " + w.at + " again: the JVM died or hung", "");
      }
      next = w.at + 1;
    }
  }

  private void shrink(Configuration c, long seed) throws IOException, InterruptedException {
    StringBuilder decisions = new StringBuilder("1");
    for (int i = 0; i < deaths; i++) {
      Worker w = new Worker(c);
      int code = w.run("--seeds", seed + ".." + (seed + 1), "--crash", decisions.toString());
      if (code == 0) {
        return;
      }
      if (TOLD.contains(code)) {
        throw new IOException("%s: the JVM ended with exit code %d".formatted(c, code));
      }
      decisions.append("0".repeat(w.survived)).append('1');
    }
    // Prints what it is by now.
    decisions.append("0".repeat(Fuzz.ATTEMPTS));
    new Worker(c).run("--seeds", seed + ".." + (seed + 1), "--crash", decisions.toString());
  }

  /** Compares a program's bits with those in another configuration. */
  private boolean isSame(Configuration c, long seed, String sum) {
    Bits first = bits.putIfAbsent(seed, new Bits(c, sum));
    if (first == null || first.sum.equals(sum)) {
      return true;
    }
    String head = "seed %d: other bits than with %s".formatted(seed, first.configuration);
    print(c, head, JavaText.of("Seed" + seed, Generator.program(seed), head));
    return false;
  }

  private synchronized void print(Configuration c, String head, String text) {
    String group = head.replaceFirst("seed \\d+", "").replaceFirst("^ again", "");
    boolean isNew = shown.add(group);
    out.println("== " + c + ", " + head);
    if (isNew && !text.isEmpty()) {
      out.println(text);
    }
    out.flush();
  }

  /** A JVM. */
  private final class Worker {
    private final Configuration configuration;
    private volatile long heard = System.nanoTime();
    long at = -1;
    long ran = -1;
    int findings;
    int survived;
    String skipped = "";

    Worker(Configuration configuration) {
      this.configuration = configuration;
    }

    int run(String... arguments) throws IOException, InterruptedException {
      List<String> command = new ArrayList<>();
      command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
      command.addAll(options());
      command.addAll(configuration.options());
      // With assertions: the engine checks its plans.
      command.addAll(
          List.of(
              "-ea",
              "-Dstdout.encoding=UTF-8",
              "-XX:-CreateCoredumpOnCrash",
              "-XX:ErrorFile=/dev/null"));
      command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
      command.addAll(List.of(arguments));
      if (!configuration.isa().isEmpty()) {
        command.addAll(List.of("--isa", configuration.isa()));
      }
      Process p =
          new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
      p.getOutputStream().close();
      Thread watch = Thread.ofVirtual().start(() -> watch(p));
      try (BufferedReader lines = p.inputReader(StandardCharsets.UTF_8)) {
        read(lines);
        return p.waitFor();
      } finally {
        p.destroyForcibly();
        watch.interrupt();
      }
    }

    private void watch(Process p) {
      try {
        while (p.isAlive()) {
          Thread.sleep(1000);
          if (System.nanoTime() - heard > PATIENCE * 1e9) {
            p.destroyForcibly();
          }
        }
      } catch (InterruptedException e) {
        // The process has ended.
      }
    }

    /** This JVM's options but those that a debugger or a build tool has added. */
    private static List<String> options() {
      return ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
          .filter(o -> !o.startsWith("-javaagent") && !o.startsWith("-agentlib"))
          .toList();
    }

    private void read(BufferedReader lines) throws IOException {
      for (String l = lines.readLine(); l != null; l = lines.readLine()) {
        heard = System.nanoTime();
        if (l.startsWith(Fuzz.AT)) {
          at = Long.parseLong(l.substring(Fuzz.AT.length()));
        } else if (l.startsWith(Fuzz.RAN)) {
          ran = Long.parseLong(l.substring(Fuzz.RAN.length()));
        } else if (l.startsWith(Fuzz.SKIPPED)) {
          skipped = l.substring(Fuzz.SKIPPED.length());
        } else if (l.startsWith(Fuzz.BITS)) {
          String[] words = l.substring(Fuzz.BITS.length()).split(" ", 2);
          findings += isSame(configuration, Long.parseLong(words[0]), words[1]) ? 0 : 1;
        } else if (l.equals(Fuzz.SURVIVED)) {
          survived++;
        } else if (l.startsWith(Fuzz.FINDING)) {
          findings++;
          StringBuilder text = new StringBuilder();
          String head = l.substring(Fuzz.FINDING.length());
          for (l = lines.readLine(); l != null && !l.equals(Fuzz.END); l = lines.readLine()) {
            text.append(l).append('\n');
          }
          print(configuration, head, text.toString());
        }
      }
    }
  }
}
