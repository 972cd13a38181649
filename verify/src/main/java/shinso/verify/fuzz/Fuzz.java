package shinso.verify.fuzz;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import shinso.cpu.CpuBackend;

/**
 * Checks the programs of a range of seeds in this process: {@code --seeds 0..1000 [--checks
 * WHOLE,STEPS] [--no-shrink] [--show seed]}.
 */
public final class Fuzz {
  private Fuzz() {}

  public static void main(String[] args) {
    List<String> given = Arrays.asList(args);
    String[] range = option(given, "--seeds", "0..1000").split("\\.\\.");
    Set<Finding.Check> wanted = EnumSet.allOf(Finding.Check.class);
    String checks = option(given, "--checks", "");
    if (!checks.isEmpty()) {
      wanted.clear();
      Arrays.stream(checks.split(",")).map(Finding.Check::valueOf).forEach(wanted::add);
    }
    Checks.Systems systems =
        new Checks.Systems(
            new CpuBackend(1, true), new CpuBackend(2, true), new CpuBackend(1, false));
    Map<String, Integer> kinds = new LinkedHashMap<>();
    long start = System.nanoTime();
    int failed = 0;
    long from = Long.parseLong(range[0]);
    long to = Long.parseLong(range[1]);
    for (long seed = from; seed < to; seed++) {
      FuzzProgram program = Generator.program(seed);
      Checks c = new Checks(systems, wanted);
      Finding f = c.check(program);
      if (f == null) {
        continue;
      }
      failed++;
      FuzzProgram smallest = program;
      if (!given.contains("--no-shrink")) {
        Finding first = f;
        smallest =
            new Shrinker(
                    p -> {
                      Finding g = c.check(p);
                      return g != null && g.check() == first.check() && g.kind().equals(first.kind());
                    },
                    3000)
                .shrink(program);
        f = java.util.Objects.requireNonNullElse(c.check(smallest), f);
      }
      String group = f.check() + " " + f.kind() + " " + ops(smallest);
      if (kinds.merge(group, 1, Integer::sum) == 1) {
        System.out.println("==== seed " + seed + ", " + smallest.steps().size() + " steps: " + f);
        System.out.println(JavaText.of("Seed" + seed, smallest, "seed " + seed + ": " + f));
      } else {
        System.out.println("==== seed " + seed + " again: " + group);
      }
    }
    double seconds = (System.nanoTime() - start) / 1e9;
    System.out.printf("%d programs, %d failed, %.1f s%n", to - from, failed, seconds);
    kinds.forEach((k, n) -> System.out.println(n + " x " + k));
  }

  private static String ops(FuzzProgram p) {
    StringBuilder b = new StringBuilder();
    for (FuzzProgram.Step s : p.steps()) {
      if (s instanceof FuzzProgram.Call c) {
        b.append(c.operation().name()).append(' ');
      }
    }
    return b.toString();
  }

  private static String option(List<String> args, String name, String otherwise) {
    int at = args.indexOf(name);
    return at < 0 ? otherwise : args.get(at + 1);
  }
}
