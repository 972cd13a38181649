package shinso.interchange.onnx.read;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BinaryOperator;
import java.util.function.Function;
import java.util.function.LongBinaryOperator;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import shinso.core.tensor.DType;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;
import shinso.interchange.onnx.format.ElementType;
import shinso.nn.layer.Dropout;

/** Operators on single elements. */
final class ElementOperators {
  private ElementOperators() {}

  static void addTo(Map<String, Operator> all) {
    unary(all, "Abs", Tensor::abs);
    unary(all, "Neg", Tensor::neg);
    unary(all, "Sign", Tensor::sign);
    unary(all, "Relu", Tensor::relu);
    unary(all, "Reciprocal", Tensor::reciprocal);
    unary(all, "Sqrt", Tensor::sqrt);
    unary(all, "Exp", Tensor::exp);
    unary(all, "Log", Tensor::log);
    unary(all, "Sin", Tensor::sin);
    unary(all, "Cos", Tensor::cos);
    unary(all, "Tan", Tensor::tan);
    unary(all, "Asin", Tensor::asin);
    unary(all, "Acos", Tensor::acos);
    unary(all, "Atan", Tensor::atan);
    unary(all, "Sinh", Tensor::sinh);
    unary(all, "Cosh", Tensor::cosh);
    unary(all, "Asinh", Tensor::asinh);
    unary(all, "Acosh", Tensor::acosh);
    unary(all, "Atanh", Tensor::atanh);
    unary(all, "Tanh", Tensor::tanh);
    unary(all, "Sigmoid", Tensor::sigmoid);
    unary(all, "Softplus", Tensor::softplus);
    unary(all, "Erf", Tensor::erf);
    unary(all, "Floor", Tensor::floor);
    unary(all, "Ceil", x -> x.neg().floor().neg());
    unary(all, "Round", Tensor::round);
    unary(all, "Not", Tensor::not);
    unary(all, "Softsign", x -> x.div(x.abs().add(1)));
    unary(all, "HardSwish", x -> x.mul(x.div(6).add(0.5).clip(0, 1)));
    unary(all, "Mish", x -> x.mul(x.softplus().tanh()));
    all.put("Identity", Operator.of(c -> c.in(0)));
    numbered(all, "LeakyRelu", 0.01, (x, a) -> Tensor.select(x.greater(0), x, x.mul(a)));
    numbered(all, "Elu", 1, (x, a) -> Tensor.select(x.greater(0), x, negative(x).expm1().mul(a)));
    numbered(
        all,
        "Celu",
        1,
        (x, a) -> Tensor.select(x.greater(0), x, negative(x).div(a).expm1().mul(a)));
    numbered(all, "ThresholdedRelu", 1, (x, a) -> Tensor.select(x.greater(a), x, 0));
    all.put("Selu", Operator.of(ElementOperators::selu));
    all.put("HardSigmoid", Operator.of(ElementOperators::hardSigmoid));
    all.put("Gelu", Operator.of(ElementOperators::gelu));
    all.put("PRelu", Operator.of(ElementOperators::prelu));
    all.put("Clip", Operator.of(ElementOperators::clip));
    all.put("Cast", Operator.of(ElementOperators::cast));
    all.put("Dropout", Operator.of(ElementOperators::dropout));
    binary(all, "Add", Tensor::add, Long::sum);
    binary(all, "Sub", Tensor::sub, (a, b) -> a - b);
    binary(all, "Mul", Tensor::mul, (a, b) -> a * b);
    binary(all, "Div", Tensor::div, (a, b) -> b == 0 ? 0 : a / b);
    all.put("Mod", Operator.of(ElementOperators::mod));
    binary(all, "Pow", (a, b) -> a.pow(b.cast(a.dtype())), null);
    binary(all, "Max", Tensor::maximum, Math::max);
    binary(all, "Min", Tensor::minimum, Math::min);
    binary(all, "Less", Tensor::less, (a, b) -> a < b ? 1 : 0);
    binary(all, "LessOrEqual", Tensor::lessEqual, (a, b) -> a <= b ? 1 : 0);
    binary(all, "Greater", Tensor::greater, (a, b) -> a > b ? 1 : 0);
    binary(all, "GreaterOrEqual", Tensor::greaterEqual, (a, b) -> a >= b ? 1 : 0);
    binary(all, "Equal", Tensor::equal, (a, b) -> a == b ? 1 : 0);
    binary(all, "And", Tensor::and, (a, b) -> a & b);
    binary(all, "Or", Tensor::or, (a, b) -> a | b);
    all.put("Sum", Operator.of(c -> folded(c, Tensor::add)));
    all.put(
        "Mean",
        Operator.of(c -> {
          Operand sum = folded(c, Tensor::add);
          return mapped(sum, x -> x.div(c.inputs().size()));
        }));
    all.put("Where", Operator.of(ElementOperators::where));
  }

  private static Operand prelu(Call c) {
    // Up to version 6 the slopes are those of channels, which is not how operands broadcast.
    int rank = c.in(0).shape().rank();
    boolean old = c.opset() < 7 && c.in(1).shape().rank() == 1 && rank > 1;
    return several(
        old ? c.with(1, ShapeOperators.padded(c.in(1), rank - 1)) : c,
        2,
        t -> {
          Tensor x = t.getFirst();
          return Tensor.select(x.greaterEqual(0), x, x.mul(t.get(1)));
        });
  }

  private static Tensor negative(Tensor x) {
    return Tensor.select(x.greater(0), 0, x);
  }

  /** Applies a function to the numbers as they lie. */
  static Operand mapped(Operand x, UnaryOperator<Tensor> f) {
    return x instanceof Operand.Numbers n
        ? new Operand.Numbers(f.apply(n.stored()), n.isImage())
        : Operand.of(f.apply(x.tensor()));
  }

  private static void unary(Map<String, Operator> all, String name, UnaryOperator<Tensor> f) {
    all.put(name, Operator.of(c -> mapped(c.in(0), f)));
  }

  private interface WithNumber {
    Tensor apply(Tensor x, double a);
  }

  private static void numbered(Map<String, Operator> all, String name, double usual, WithNumber f) {
    all.put(name, Operator.of(c -> mapped(c.in(0), x -> f.apply(x, c.number("alpha", usual)))));
  }

  private static Operand selu(Call c) {
    double alpha = c.number("alpha", 1.67326319217681884765625);
    double gamma = c.number("gamma", 1.05070102214813232421875);
    return mapped(
        c.in(0), x -> Tensor.select(x.greater(0), x, negative(x).expm1().mul(alpha)).mul(gamma));
  }

  private static Operand hardSigmoid(Call c) {
    double alpha = c.number("alpha", 0.2);
    double beta = c.number("beta", 0.5);
    return mapped(c.in(0), x -> x.mul(alpha).add(beta).clip(0, 1));
  }

  private static Operand gelu(Call c) {
    boolean tanh = c.text("approximate", "none").equals("tanh");
    return mapped(
        c.in(0),
        x -> {
          Tensor inner =
              tanh
                  ? x.add(x.pow(3).mul(0.044715)).mul(Math.sqrt(2 / Math.PI)).tanh()
                  : x.mul(Math.sqrt(0.5)).erf();
          return x.mul(inner.add(1)).mul(0.5);
        });
  }

  private static Operand clip(Call c) {
    Operand x = c.in(0);
    Operand low = c.optional(1);
    Operand high = c.optional(2);
    double least = c.number("min", Double.NEGATIVE_INFINITY);
    double most = c.number("max", Double.POSITIVE_INFINITY);
    return mapped(
        x,
        t -> {
          Tensor y = low == null ? t : t.maximum(low.tensor().cast(t.dtype()));
          y = high == null ? y : y.minimum(high.tensor().cast(t.dtype()));
          y = least == Double.NEGATIVE_INFINITY ? y : y.maximum(least);
          return most == Double.POSITIVE_INFINITY ? y : y.minimum(most);
        });
  }

  private static Operand cast(Call c) {
    ElementType to = ElementType.of(c.integer("to", 0));
    if (to == null) {
      throw c.bad("casts to a type that isn't supported, " + c.integer("to", 0));
    }
    Operand x = c.in(0);
    if (x instanceof Operand.Integers i && !to.isFloating()) {
      return to == ElementType.BOOL
          ? new Operand.Integers(Operand.stream(i).map(v -> v == 0 ? 0 : 1).toArray(), i.shape())
          : i;
    }
    return mapped(
        x,
        t -> {
          if (to == ElementType.BOOL) {
            return t.notEqual(0);
          }
          return t.cast(
              to == ElementType.DOUBLE ? DType.F64 : to.isFloating() ? DType.F32 : DType.I32);
        });
  }

  private static Operand dropout(Call c) {
    double rate = c.number("ratio", 0.5);
    if (c.optional(1) != null) {
      rate = c.tensor(1).evaluate().toDoubleArray()[0];
    }
    Dropout layer = new Dropout(rate);
    return mapped(c.in(0), x -> layer.forward(x, c.pass()));
  }

  private static void binary(
      Map<String, Operator> all,
      String name,
      BinaryOperator<Tensor> f,
      @Nullable LongBinaryOperator known) {
    all.put(name, Operator.of(c -> computed(aligned(c), f, known)));
  }

  private static Operand computed(
      Call c, BinaryOperator<Tensor> f, @Nullable LongBinaryOperator known) {
    if (c.inputs().size() == 1) {
      // The largest of one.
      return c.in(0);
    }
    if (known != null
        && c.inputs().size() == 2
        && HostIntegers.fit(c.in(0), c.in(1))
        && c.in(0) instanceof Operand.Integers a
        && c.in(1) instanceof Operand.Integers b) {
      return HostIntegers.binary(c, a, b, known);
    }
    return folded(c, f);
  }

  /** Up to version 6, the second operand may be told at which axis of the first it begins. */
  private static Call aligned(Call c) {
    if (c.opset() >= 7 || !c.has("axis")) {
      return c;
    }
    int axis = c.axis(c.integer("axis", 0), c.in(0).shape().rank());
    return c.with(1, ShapeOperators.padded(c.in(1), c.in(0).shape().rank() - axis));
  }

  /** The rest has the sign of the divisor or, with fmod, of what is divided. */
  private static Operand mod(Call c) {
    if (c.integer("fmod", 0) == 0) {
      return computed(c, Tensor::mod, (a, b) -> b == 0 ? 0 : Math.floorMod(a, b));
    }
    return computed(c, (a, b) -> a.abs().mod(b.abs()).mul(a.sign()), (a, b) -> b == 0 ? 0 : a % b);
  }

  private static Operand folded(Call c, BinaryOperator<Tensor> f) {
    return several(c, c.inputs().size(), t -> t.stream().reduce(f).orElseThrow());
  }

  /** Applies a function to operands that broadcast; if one is images, the others are made such. */
  private static Operand several(Call c, int count, Function<List<Tensor>, Tensor> f) {
    boolean images = false;
    int rank = 0;
    for (int i = 0; i < count; i++) {
      Operand o = c.in(i);
      images |= o instanceof Operand.Numbers n && n.isImage();
      rank = Math.max(rank, o.shape().rank());
    }
    List<Tensor> tensors = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Operand o = c.in(i);
      tensors.add(images && rank == 4 ? asImage(o) : o.tensor());
    }
    return new Operand.Numbers(f.apply(tensors), images && rank == 4);
  }

  private static Tensor asImage(Operand o) {
    Shape s = o.shape();
    if (s.size() == 1 && s.rank() < 4) {
      return o.tensor().reshape(Shape.SCALAR);
    }
    if (s.rank() == 4) {
      return o.images();
    }
    int[] dims = {1, 1, 1, 1};
    for (int i = 0; i < s.rank(); i++) {
      dims[4 - s.rank() + i] = s.dim(i);
    }
    return o.tensor().reshape(dims).permute(0, 2, 3, 1);
  }

  private static Operand where(Call c) {
    if (HostIntegers.fit(c.in(0), c.in(1), c.in(2))
        && c.in(0) instanceof Operand.Integers condition
        && c.in(1) instanceof Operand.Integers a
        && c.in(2) instanceof Operand.Integers b) {
      return HostIntegers.where(c, condition, a, b);
    }
    return several(c, 3, t -> Tensor.select(t.get(0), t.get(1), t.get(2)));
  }
}
