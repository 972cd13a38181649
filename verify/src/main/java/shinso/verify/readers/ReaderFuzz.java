package shinso.verify.readers;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import shinso.train.UserException;

/**
 * Reads damaged files in this process. What is neither a result nor a {@link UserException} with
 * one line is a finding: another exception, no answer in time, no memory left.
 */
public final class ReaderFuzz {
  private static final Duration LIMIT = Duration.ofSeconds(20);
  private static final int SHOWN_FRAMES = 12;

  private final List<Readable> kinds;
  private final Duration limit;
  private final PrintWriter out;
  private final Map<String, Count> counts = new LinkedHashMap<>();
  private final Set<String> shown = new HashSet<>();
  private int findings;

  ReaderFuzz(List<Readable> kinds, Duration limit, PrintWriter out) {
    this.kinds = kinds;
    this.limit = limit;
    this.out = out;
    kinds.forEach(kind -> counts.put(kind.kind(), new Count()));
  }

  /** What became of the inputs of a kind. */
  private static final class Count {
    long read;
    long refused;
    long wrong;
  }

  /**
   * What a run came to.
   *
   * @param inputs how many files were read
   * @param refused how many of them gave an error for users
   * @param findings how many gave something else
   * @param table a line for each kind
   */
  public record Outcome(long inputs, long refused, int findings, String table) {}

  /**
   * Reads damaged files of all kinds, in turn.
   *
   * @param seed the first input, a number above or equal to 0
   * @param inputs how many at most
   * @param seconds after which no further one is read
   * @param out where findings are printed
   * @throws IOException if there is no folder for temporary files
   */
  public static Outcome run(long seed, long inputs, double seconds, PrintWriter out)
      throws IOException {
    Path folder = Files.createTempDirectory("shinso-readers-");
    try {
      return new ReaderFuzz(Readables.all(folder), LIMIT, out).run(seed, inputs, seconds);
    } finally {
      try (Stream<Path> files = Files.walk(folder)) {
        for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(file);
        }
      }
    }
  }

  Outcome run(long seed, long inputs, double seconds) {
    long start = System.nanoTime();
    Worker worker = new Worker();
    long done = 0;
    for (; done < inputs && (System.nanoTime() - start) / 1e9 < seconds; done++) {
      Readable kind = kinds.get((int) ((seed + done) % kinds.size()));
      byte[] file = input(kind, seed + done);
      Count count = Objects.requireNonNull(counts.get(kind.kind()));
      count.read++;
      String finding = null;
      try {
        if (worker.read(kind, file, limit)) {
          count.refused++;
        }
      } catch (ExecutionException e) {
        finding = describe(e.getCause() == null ? e : e.getCause());
      } catch (TimeoutException e) {
        finding = "no answer in " + limit.toSeconds() + " s" + worker.trace();
        // What doesn't end is left behind; it must not delay the others.
        worker = new Worker();
      }
      if (finding != null) {
        count.wrong++;
        report(kind, seed + done, finding);
      }
    }
    worker.end();
    long refused = counts.values().stream().mapToLong(c -> c.refused).sum();
    return new Outcome(done, refused, findings, table());
  }

  /** Returns the file of a seed, always the same. */
  private byte[] input(Readable kind, long seed) {
    Random random = new Random(seed * 0x9E3779B97F4A7C15L + 1);
    byte[] sample = kind.samples().get(random.nextInt(kind.samples().size()));
    byte[] other = kind.samples().get(random.nextInt(kind.samples().size()));
    return kind.packing().apply(Damage.of(random, sample, other));
  }

  private void report(Readable kind, long seed, String finding) {
    findings++;
    String group = kind.kind() + finding.replaceAll("[0-9]+", "#");
    boolean known = !shown.add(group);
    out.printf(
        Locale.ROOT,
        "== %s, seed %d%s: %s%n",
        kind.kind(),
        seed,
        known ? " again" : "",
        known ? finding.lines().findFirst().orElse("") : finding);
  }

  private static String describe(Throwable e) {
    return e + frames(e.getStackTrace());
  }

  private static String frames(StackTraceElement[] trace) {
    return Stream.of(trace)
        .limit(SHOWN_FRAMES)
        .map(f -> System.lineSeparator() + "    at " + f)
        .collect(Collectors.joining());
  }

  private String table() {
    List<String> lines = new ArrayList<>();
    counts.forEach((kind, c) ->
        lines.add(
            String.format(
                Locale.ROOT,
                "%-22s %,9d read, %,9d refused, %d findings",
                kind,
                c.read,
                c.refused,
                c.wrong)));
    return String.join(System.lineSeparator(), lines);
  }

  /** A thread that reads files, so that one that hangs can be left behind. */
  private static final class Worker {
    private final Thread thread = Thread.ofPlatform().daemon().unstarted(this::work);
    private final Object change = new Object();
    private @Nullable FutureTask<Boolean> next;
    private boolean ended;

    Worker() {
      thread.start();
    }

    private void work() {
      while (true) {
        FutureTask<Boolean> task;
        synchronized (change) {
          while (next == null && !ended) {
            try {
              change.wait();
            } catch (InterruptedException e) {
              return;
            }
          }
          task = next;
          next = null;
        }
        if (task == null) {
          return;
        }
        task.run();
      }
    }

    /** Returns whether a file was refused as a user's error of one line. */
    boolean read(Readable kind, byte[] file, Duration limit)
        throws ExecutionException, TimeoutException {
      FutureTask<Boolean> task = new FutureTask<>(() -> isRefused(kind, file));
      synchronized (change) {
        next = task;
        change.notifyAll();
      }
      try {
        return task.get(limit.toNanos(), TimeUnit.NANOSECONDS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("interrupted", e);
      }
    }

    private static boolean isRefused(Readable kind, byte[] file) throws IOException {
      try {
        kind.reading().read(file);
        return false;
      } catch (UserException e) {
        if (e.getMessage().isEmpty() || e.getMessage().lines().count() != 1) {
          throw new IllegalStateException("the message is not one line: " + e.getMessage(), e);
        }
        return true;
      }
    }

    String trace() {
      return frames(thread.getStackTrace());
    }

    void end() {
      synchronized (change) {
        ended = true;
        change.notifyAll();
      }
    }
  }
}
