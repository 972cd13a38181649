package shinso.verify.fuzz;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import shinso.core.tensor.Tensor;

/**
 * A program as data.
 *
 * @param steps how its values are made; a step uses earlier ones
 * @param outputs the numbers of the values that are wanted
 * @param updates leaves that are parameters, with their next values; each leaf at most once
 */
public record FuzzProgram(List<Step> steps, List<Integer> outputs, List<Update> updates) {
  /** Keeps copies. */
  public FuzzProgram {
    steps = List.copyOf(steps);
    outputs = List.copyOf(outputs);
    updates = List.copyOf(updates);
  }

  /** How a value is made. */
  public sealed interface Step {}

  /** Numbers that are given. */
  public record Given(Filling filling, long seed, int bound, List<Integer> dims) implements Step {
    /** Keeps a copy. */
    public Given {
      dims = List.copyOf(dims);
    }

    /** Returns the leaf. */
    Tensor tensor() {
      return filling.tensor(seed, bound, ints(dims));
    }
  }

  /**
   * An operation of the table.
   *
   * @param operands the numbers of earlier values
   * @param args whatever else the operation takes
   */
  public record Call(Operation operation, List<Integer> operands, List<Number> args)
      implements Step {
    /** Keeps copies. */
    public Call {
      operands = List.copyOf(operands);
      args = List.copyOf(args);
    }
  }

  /** The next value of a parameter. */
  public record Update(int leaf, int value) {}

  /** Writes the program with the public methods of tensors and returns all of its values. */
  public List<Tensor> values() {
    return values(Map.of());
  }

  /** Writes the program with other tensors for some of its leaves. */
  List<Tensor> values(Map<Integer, Tensor> leaves) {
    Writer writer = new Writer();
    for (int i = 0; i < steps.size(); i++) {
      Tensor leaf = leaves.get(i);
      if (leaf == null) {
        writer.add(steps.get(i));
      } else {
        writer.values.add(leaf);
      }
    }
    return writer.values;
  }

  /** Writes a program step by step. */
  static final class Writer {
    final List<Tensor> values = new ArrayList<>();

    /** Gradients by all operands at once: each of them is a step of its own. */
    private final Map<List<Integer>, List<Tensor>> gradients = new HashMap<>();

    Tensor add(Step step) {
      Tensor t =
          switch (step) {
            case Given g -> g.tensor();
            case Call c -> call(c);
          };
      values.add(t);
      return t;
    }

    private Tensor call(Call c) {
      List<Tensor> in = c.operands.stream().map(values::get).toList();
      Args args = new Args(c.args);
      Operation.Several several = c.operation.several();
      return several == null
          ? c.operation.function().apply(in, args)
          : gradients.computeIfAbsent(c.operands, o -> several.apply(in)).get(args.i(0));
    }
  }

  static int[] ints(List<Integer> list) {
    return list.stream().mapToInt(i -> i).toArray();
  }
}
