package shinso.interchange.onnx.read;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import shinso.core.tensor.Tensor;
import shinso.interchange.OnnxException;
import shinso.interchange.onnx.format.Attribute;
import shinso.interchange.onnx.format.Node;
import shinso.interchange.onnx.format.TensorData;
import shinso.nn.layer.Pass;

/**
 * A node at work: its operands and what it is told.
 *
 * @param opset the version of the operators
 * @param inputs null where one is left out
 */
record Call(Node node, long opset, List<@Nullable Operand> inputs, Pass pass) {
  /** Returns an error about this node. */
  OnnxException bad(String what) {
    return new OnnxException("the node '%s' (%s) %s".formatted(node.label(), node.op(), what));
  }

  /** Returns an operand that may be left out. */
  @Nullable Operand optional(int i) {
    return i < inputs.size() ? inputs.get(i) : null;
  }

  /** Returns an operand. */
  Operand in(int i) {
    Operand o = optional(i);
    if (o == null) {
      throw bad("lacks its input " + (i + 1));
    }
    return o;
  }

  Tensor tensor(int i) {
    return in(i).tensor();
  }

  /** Returns the same with another operand. */
  Call with(int i, Operand operand) {
    List<@Nullable Operand> others = new ArrayList<>(inputs);
    others.set(i, operand);
    return new Call(node, opset, others, pass);
  }

  /** Returns integers that must be known. */
  long[] integers(int i) {
    if (in(i) instanceof Operand.Integers known) {
      return known.values();
    }
    throw bad(
        "takes its input %d from what is computed of the data, which isn't supported; it must be"
                .formatted(i + 1)
            + " constant or follow from shapes");
  }

  boolean has(String attribute) {
    return node.attributes().containsKey(attribute);
  }

  private OnnxException wrong(String attribute, String kind) {
    return bad("has no %s in its attribute '%s'".formatted(kind, attribute));
  }

  long integer(String attribute, long otherwise) {
    return switch (node.attributes().get(attribute)) {
      case null -> otherwise;
      case Attribute.Whole w -> w.value();
      default -> throw wrong(attribute, "integer");
    };
  }

  /** Returns an integer that is used as an int. */
  int count(String attribute, int otherwise) {
    return count(attribute, integer(attribute, otherwise));
  }

  private int count(String what, long value) {
    if (value < Integer.MIN_VALUE || value > Integer.MAX_VALUE) {
      throw bad("has the %s %d".formatted(what, value));
    }
    return (int) value;
  }

  double number(String attribute, double otherwise) {
    return switch (node.attributes().get(attribute)) {
      case null -> otherwise;
      case Attribute.Number n -> n.value();
      default -> throw wrong(attribute, "number");
    };
  }

  String text(String attribute, String otherwise) {
    return switch (node.attributes().get(attribute)) {
      case null -> otherwise;
      case Attribute.Text t -> t.value();
      default -> throw wrong(attribute, "text");
    };
  }

  TensorData data(String attribute) {
    if (node.attributes().get(attribute) instanceof Attribute.Data d) {
      return d.value();
    }
    throw wrong(attribute, "tensor");
  }

  List<String> texts(String attribute) {
    return switch (node.attributes().get(attribute)) {
      case null -> List.of();
      case Attribute.Texts t -> t.values();
      default -> throw wrong(attribute, "texts");
    };
  }

  /** Returns integers of an attribute, null if it is left out. */
  long @Nullable [] optionalIntegers(String attribute) {
    return switch (node.attributes().get(attribute)) {
      case null -> null;
      case Attribute.Wholes w -> w.values().stream().mapToLong(i -> i).toArray();
      default -> throw wrong(attribute, "integers");
    };
  }

  /** Returns integers of an attribute, so many. */
  int[] counts(String attribute, int length, int otherwise) {
    long[] values = optionalIntegers(attribute);
    int[] counts = new int[length];
    Arrays.fill(counts, otherwise);
    if (values != null) {
      if (values.length != length) {
        throw bad("has %d '%s', not %d".formatted(values.length, attribute, length));
      }
      for (int i = 0; i < length; i++) {
        counts[i] = count(attribute, values[i]);
      }
    }
    return counts;
  }

  /**
   * Returns axes, given as an attribute by old operators and as an input by newer ones; null if
   * they are left out.
   */
  int @Nullable [] axes(int input, int rank) {
    long[] given = optionalIntegers("axes");
    if (given == null) {
      if (optional(input) == null) {
        return null;
      }
      given = integers(input);
    }
    int[] axes = new int[given.length];
    for (int i = 0; i < axes.length; i++) {
      axes[i] = axis(given[i], rank);
    }
    Arrays.sort(axes);
    return axes;
  }

  /** Returns an axis counted from the front. */
  int axis(long axis, int rank) {
    long counted = axis < 0 ? axis + rank : axis;
    if (counted < 0 || counted >= rank) {
      throw bad("has the axis %d, but its operand has %d".formatted(axis, rank));
    }
    return (int) counted;
  }

  /** Requires that an attribute has the only value that is supported. */
  void require(String attribute, long value) {
    long given = integer(attribute, value);
    if (given != value) {
      throw bad("has %s = %d; only %d is supported".formatted(attribute, given, value));
    }
  }
}
