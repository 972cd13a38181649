package shinso.verify.fuzz;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;
import shinso.core.backend.Backend;
import shinso.core.backend.Buffer;
import shinso.core.backend.Executable;
import shinso.core.tensor.Tensor;
import shinso.cpu.CpuBackend;

/** Runs a program in several ways and compares. Not for several threads at a time. */
public final class ProgramChecks {
  private final Backend one;
  private final Backend two;
  private final Backend portable;
  private final StepByStep stepByStep;

  /**
   * Checks a backend in its variants.
   *
   * @param one with one thread
   * @param two with two threads
   * @param portable without native libraries
   */
  ProgramChecks(Backend one, Backend two, Backend portable) {
    this.one = one;
    this.two = two;
    this.portable = portable;
    this.stepByStep = new StepByStep(one);
  }

  /** Returns the checks of the CPU backend. */
  public static ProgramChecks ofCpu() {
    return new ProgramChecks(
        new CpuBackend(1, true), new CpuBackend(2, true), new CpuBackend(1, false));
  }

  /**
   * Returns the checks that are made for a seed. The program as a whole is compared always, the
   * rest in turn: more programs find more than more checks of each.
   */
  public static Set<Finding.Check> wanted(long seed) {
    Set<Finding.Check> wanted =
        EnumSet.of(Finding.Check.WRITING, Finding.Check.WHOLE, Finding.Check.AGAIN);
    switch ((int) Math.floorMod(seed, 4L)) {
      case 0 -> wanted.addAll(EnumSet.of(Finding.Check.STEP, Finding.Check.STEPS));
      case 1 -> wanted.add(Finding.Check.THREADS);
      case 2 -> wanted.add(Finding.Check.PORTABLE);
      default -> wanted.addAll(EnumSet.of(Finding.Check.IN_PLACE, Finding.Check.PROGRAM));
    }
    return wanted;
  }

  /** Returns the first thing that is wrong with a program, or null. */
  public @Nullable Finding check(FuzzProgram program, Set<Finding.Check> wanted) {
    List<Tensor> values;
    try {
      values = program.values();
    } catch (RuntimeException e) {
      return wanted.contains(Finding.Check.WRITING)
          ? Finding.thrown(Finding.Check.WRITING, e)
          : null;
    }
    Subject subject = Subject.of(program, values);
    List<Oracle.Value> expected;
    try {
      expected = Oracle.outputs(subject.graph(), Oracle.doubles(subject.inputs()));
    } catch (RuntimeException e) {
      // What the reference refuses is no program; shrinking leads to some.
      return null;
    }
    return new Run(subject, expected, wanted).check();
  }

  /**
   * Returns a number that stands for the bits that a program gives on portable kernels, which are
   * the same in all JVMs.
   */
  long bits(FuzzProgram program) {
    CRC32 crc = new CRC32();
    for (Buffer b : Subject.of(program, program.values()).run(portable)) {
      for (int i = 0; i < b.count(); i++) {
        long bits = Double.doubleToLongBits(b.get(i));
        for (int shift = 0; shift < 64; shift += 8) {
          crc.update((int) (bits >>> shift));
        }
      }
    }
    return crc.getValue();
  }

  private final class Run {
    private final Subject subject;
    private final List<Oracle.Value> expected;
    private final Set<Finding.Check> wanted;

    private @Nullable Executable executable;

    /** The outputs, computed by one thread with everything that makes it fast. */
    private Buffer @Nullable [] whole;

    Run(Subject subject, List<Oracle.Value> expected, Set<Finding.Check> wanted) {
      this.subject = subject;
      this.expected = expected;
      this.wanted = wanted;
    }

    @Nullable Finding check() {
      for (Finding.Check c : wanted) {
        try {
          Finding f = check(c);
          if (f != null) {
            return f;
          }
        } catch (RuntimeException | LinkageError | AssertionError e) {
          return Finding.thrown(c, e);
        }
      }
      return null;
    }

    private @Nullable Finding check(Finding.Check c) {
      boolean updates = !subject.program().updates().isEmpty();
      return switch (c) {
        case WRITING -> null;
        case WHOLE -> Closeness.close(c, expected, whole());
        case AGAIN -> again();
        case STEP -> stepByStep.run(subject, true).finding();
        case STEPS -> steps();
        case THREADS -> Closeness.same(c, whole(), subject.run(two));
        case PORTABLE ->
            subject.contracts()
                ? Closeness.close(c, expected, subject.run(portable))
                : Closeness.same(c, whole(), subject.run(portable));
        case IN_PLACE -> updates ? new TrainingSteps(subject, one).inPlace() : null;
        case PROGRAM -> updates ? new TrainingSteps(subject, one).program() : null;
      };
    }

    private Buffer[] whole() {
      Buffer[] known = whole;
      if (known == null) {
        known = Subject.outputs(subject.graph());
        executable().run(subject.inputs(), known);
        whole = known;
      }
      return known;
    }

    private Executable executable() {
      Executable known = executable;
      if (known == null) {
        known = one.compile(subject.graph());
        executable = known;
      }
      return known;
    }

    private @Nullable Finding again() {
      Buffer[] first = whole();
      Buffer[] out = Subject.outputs(subject.graph());
      executable().run(subject.inputs(), out);
      return Closeness.same(Finding.Check.AGAIN, first, out);
    }

    private @Nullable Finding steps() {
      StepByStep.Result r = stepByStep.run(subject, false);
      if (r.finding() != null) {
        return r.finding();
      }
      return subject.dependsOnDivision() || r.subnormal()
          ? Closeness.close(Finding.Check.STEPS, expected, r.outputs())
          : Closeness.same(Finding.Check.STEPS, r.outputs(), whole());
    }
  }
}
