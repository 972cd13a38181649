package shinso.verify.fuzz;

import java.util.List;
import org.jspecify.annotations.Nullable;
import shinso.core.tensor.Tensor;

/**
 * A row of the table of operations: how it is written in Java, as a function and as text, and how
 * operands are chosen for it.
 *
 * @param name what blocks call it
 * @param text Java with {@code %0} for the first operand, {@code %*} for all, {@code #0} for the
 *     first number, {@code #1*} for those from the second on, {@code ?0} for a number that is a
 *     truth value
 * @param function the same as a function
 * @param several for an operation with several results, of which number 0 says which is meant
 * @param exact whether small integers give small integers
 * @param linear whether it is a contraction; such aren't drawn where special values are
 * @param proposal chooses operands
 * @param weight how often it is drawn
 */
record Operation(
    String name,
    String text,
    Function function,
    @Nullable Several several,
    boolean exact,
    boolean linear,
    Proposal proposal,
    int weight) {

  /** What is computed. */
  @FunctionalInterface
  interface Function {
    Tensor apply(List<Tensor> operands, Args args);
  }

  /** What is computed, if there are several results. */
  @FunctionalInterface
  interface Several {
    List<Tensor> apply(List<Tensor> operands);
  }

  /** Chooses operands and numbers. */
  @FunctionalInterface
  interface Proposal {
    /** Returns null where the values at hand don't suit. */
    FuzzProgram.@Nullable Call of(Operation operation, Draft draft);
  }

  static Operation of(String name, String text, Function function, Proposal proposal) {
    return new Operation(name, text, function, null, false, false, proposal, 2);
  }

  /** This, as one that keeps integers. */
  Operation exactly() {
    return new Operation(name, text, function, several, true, linear, proposal, weight);
  }

  /** This, as a contraction. */
  Operation contraction() {
    return new Operation(name, text, function, several, exact, true, proposal, weight);
  }

  Operation weighing(int w) {
    return new Operation(name, text, function, several, exact, linear, proposal, w);
  }

  Operation giving(Several results) {
    return new Operation(name, text, function, results, exact, linear, proposal, weight);
  }

  @Override
  public String toString() {
    return name;
  }
}
