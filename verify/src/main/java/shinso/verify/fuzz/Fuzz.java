package shinso.verify.fuzz;

import java.io.PrintStream;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import shinso.cpu.CpuBackend;

/**
 * Checks programs in this process and prints what is wrong, shrunk, as Java. {@link Campaign}
 * starts it in JVMs of all kinds; by hand: {@code --seeds 0..1000 [--seconds S] [--checks
 * all|WHOLE,STEPS,…] [--show] [--progress] [--isa name]}.
 */
public final class Fuzz {
  /** Programs that are tried for making one smaller. */
  static final int ATTEMPTS = 2500;

  /** Lines that the campaign reads begin with these. */
  static final String AT = "@at ";

  static final String RAN = "@ran ";
  static final String BITS = "@bits ";
  static final String SKIPPED = "@skipped ";
  static final String FINDING = "@finding ";
  static final String END = "@end";

  /** A program is tried that may be a smaller one. */
  static final String TRY = "@try";

  static final String SURVIVED = "@survived";

  private final ProgramChecks checks;
  private final PrintStream out;

  /** Findings that have been shrunk, by what stays the same. */
  private final Map<String, Integer> known = new HashMap<>();

  private final Set<String> shown = new HashSet<>();

  private Fuzz(ProgramChecks checks, PrintStream out) {
    this.checks = checks;
    this.out = out;
  }

  /** Runs; the exit code is 1 if something is wrong. */
  public static void main(String[] args) {
    System.exit(run(Arrays.asList(args), ProgramChecks.ofCpu(), System.out));
  }

  /** Runs with other checks than those of the CPU backend. */
  static int run(List<String> args, ProgramChecks checks, PrintStream out) {
    String isa = option(args, "--isa", "");
    String facts = String.valueOf(new CpuBackend().describe().get("oneDNN"));
    if (!isa.isEmpty() && !facts.endsWith(", " + isa)) {
      out.println(SKIPPED + "oneDNN is " + facts);
      return 0;
    }
    String[] range = option(args, "--seeds", "0..1000").split("\\.\\.");
    long from = Long.parseLong(range[0]);
    long to = Long.parseLong(range[1]);
    if (args.contains("--show")) {
      for (long seed = from; seed < to; seed++) {
        out.println(JavaText.of("Seed" + seed, Generator.program(seed), "Seed " + seed));
      }
      return 0;
    }
    String decisions = option(args, "--crash", "");
    Fuzz fuzz = new Fuzz(checks, out);
    if (!decisions.isEmpty()) {
      fuzz.shrinkCrash(from, decisions);
      return 0;
    }
    double seconds = Double.parseDouble(option(args, "--seconds", "1e9"));
    String names = option(args, "--checks", "");
    boolean progress = args.contains("--progress");
    return fuzz.run(from, to, seconds, names, progress, args.contains("--bits"));
  }

  private int run(
      long from, long to, double seconds, String names, boolean progress, boolean bits) {
    long start = System.nanoTime();
    long seed = from;
    int wrong = 0;
    for (; seed < to && (System.nanoTime() - start) / 1e9 < seconds; seed++) {
      if (progress) {
        out.println(AT + seed);
      }
      Set<Finding.Check> wanted = names.isEmpty() ? ProgramChecks.wanted(seed) : named(names);
      FuzzProgram program;
      try {
        program = Generator.program(seed);
      } catch (RuntimeException e) {
        wrong++;
        out.println(FINDING + "seed " + seed + ": no program could be written: " + e);
        out.println(END);
        continue;
      }
      Finding f = checks.check(program, wanted);
      if (f != null) {
        wrong++;
        report(seed, program, f);
      } else if (bits) {
        out.println(BITS + seed + " " + checks.bits(program));
      }
    }
    out.println(RAN + (seed - from));
    return wrong > 0 ? 1 : 0;
  }

  private static Set<Finding.Check> named(String names) {
    return names.equals("all")
        ? EnumSet.allOf(Finding.Check.class)
        : Arrays.stream(names.split(","))
            .map(Finding.Check::valueOf)
            .collect(Collectors.toCollection(() -> EnumSet.noneOf(Finding.Check.class)));
  }

  private void report(long seed, FuzzProgram program, Finding first) {
    String kind = first.check() + " " + first.kind();
    // The same exception at the same place need not be shrunk often; a wrong number may be
    // anything.
    int limit = first.kind().startsWith("wrong") ? 40 : 3;
    if (known.merge(kind, 1, Integer::sum) > limit) {
      out.println(FINDING + "seed " + seed + " again: " + kind);
      out.println(END);
      return;
    }
    Set<Finding.Check> same = EnumSet.of(first.check());
    Predicate<FuzzProgram> fails =
        p -> {
          // Shows that this JVM is alive: a large program takes some time.
          out.println(TRY);
          Finding g = checks.check(p, same);
          return g != null && g.check() == first.check() && g.kind().equals(first.kind());
        };
    FuzzProgram smallest = new Shrinker(fails, ATTEMPTS).shrink(program);
    Finding last = orElse(checks.check(smallest, same), first);
    String group = kind + ": " + operations(smallest);
    out.println(FINDING + "seed " + seed + (shown.add(group) ? ": " : " again: ") + group);
    out.println(JavaText.of("Seed" + seed, smallest, "Seed " + seed + ", " + last));
    out.println(END);
  }

  private static Finding orElse(@Nullable Finding f, Finding otherwise) {
    return f == null ? otherwise : f;
  }

  /**
   * Makes a program smaller that ends the JVM: what became of earlier attempts is given, one
   * character each, as 1 where the JVM died or hung. Each further attempt is announced before it is
   * made.
   */
  private void shrinkCrash(long seed, String decisions) {
    Set<Finding.Check> wanted = ProgramChecks.wanted(seed);
    int[] attempt = {0};
    // The first character stands for the whole program, which is known to end the JVM.
    Predicate<FuzzProgram> fails =
        p -> {
          if (++attempt[0] < decisions.length()) {
            return decisions.charAt(attempt[0]) == '1';
          }
          out.println(TRY);
          out.flush();
          Finding ignored = checks.check(p, wanted);
          out.println(SURVIVED);
          return false;
        };
    FuzzProgram smallest = new Shrinker(fails, ATTEMPTS).shrink(Generator.program(seed));
    out.println(FINDING + "seed " + seed + ": the JVM died or hung: " + operations(smallest));
    out.println(JavaText.of("Seed" + seed, smallest, "Seed " + seed + ": the JVM died or hung"));
    out.println(END);
  }

  /** The names of a program's operations, by which findings are grouped. */
  static String operations(FuzzProgram p) {
    return p.steps().stream()
        .filter(s -> s instanceof FuzzProgram.Call)
        .map(s -> ((FuzzProgram.Call) s).operation().name())
        .collect(Collectors.joining(" "));
  }

  private static String option(List<String> args, String name, String otherwise) {
    int at = args.indexOf(name);
    return at < 0 ? otherwise : args.get(at + 1);
  }
}
