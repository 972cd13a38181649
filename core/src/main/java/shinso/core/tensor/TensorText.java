package shinso.core.tensor;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import shinso.core.backend.Buffer;
import shinso.core.op.Leaf;

/**
 * How tensors are printed: type and shape, then the numbers in nested brackets as NumPy prints
 * them, aligned, with at most eight digits behind the point, long axes shortened.
 */
final class TensorText {
  /** Tensors with more elements are shortened. */
  private static final int THRESHOLD = 1000;

  /** How many places a shortened axis shows at each end. */
  private static final int EDGE = 3;

  private static final int LINE = 75;
  private static final int DIGITS = 8;

  /** Numbers from here on, which F32 can't tell apart, are written with exponents. */
  private static final double LARGE_F32 = 1e6;

  private static final double LARGE_F64 = 1e8;

  /** So are those below this, or further apart than {@link #RANGE}. */
  private static final double SMALL = 1e-4;

  private static final double RANGE = 1e3;

  /** Stands for the part of an axis that isn't shown. */
  private static final int GAP = -1;

  private final Shape shape;
  private final StringBuilder text = new StringBuilder();
  private final List<String> numbers;
  private int next;

  private TensorText(Shape shape, List<String> numbers) {
    this.shape = shape;
    this.numbers = numbers;
  }

  /** Returns the element type, the shape and the operation, computing nothing. */
  static String label(Tensor t) {
    return t.dtype() + t.shape().toString() + " " + t.op().label();
  }

  /** Returns the element type, the shape and the values, computing them if need be. */
  static String of(Tensor t) {
    if (isSymbolic(t)) {
      return label(t) + ", known only when the program runs";
    }
    Shape shape = t.shape();
    String head = t.dtype() + shape.toString();
    if (shape.size() == 0) {
      return head + " []";
    }
    Buffer values = Objects.requireNonNull(t.evaluate().buffer());
    if (shape.rank() == 0) {
      return head + " " + scalar(values.get(0), t.dtype());
    }
    List<Integer> shown = new ArrayList<>();
    positions(shape, 0, 0, shown);
    double[] numbers = shown.stream().mapToDouble(values::get).toArray();
    TensorText printed = new TensorText(shape, numbers(numbers, t.dtype()));
    printed.text.append(head).append(shape.rank() == 1 ? " " : "\n");
    printed.axis(0, shape.rank() == 1 ? head.length() + 1 : 0);
    return printed.text.toString();
  }

  /** Returns whether a tensor depends on what a program is given when it runs. */
  private static boolean isSymbolic(Tensor t) {
    Deque<Tensor> open = new ArrayDeque<>(List.of(t));
    Set<Tensor> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    while (!open.isEmpty()) {
      Tensor at = open.pop();
      if (at.buffer() != null || !seen.add(at)) {
        continue;
      }
      if (at.op() instanceof Leaf.Data) {
        return true;
      }
      at.inputs().forEach(open::push);
    }
    return false;
  }

  // ---- brackets

  /** Returns the places of an axis that are shown, with a gap where some are not. */
  private static int[] places(Shape shape, int axis) {
    int length = shape.dim(axis);
    boolean all = shape.size() <= THRESHOLD || length <= 2 * EDGE;
    int[] places = new int[all ? length : 2 * EDGE + 1];
    for (int i = 0; i < places.length; i++) {
      places[i] = all || i < EDGE ? i : i == EDGE ? GAP : length - places.length + i;
    }
    return places;
  }

  /** Lists the positions of the elements that are shown, in the order of printing. */
  private static void positions(Shape shape, int axis, int before, List<Integer> into) {
    for (int place : places(shape, axis)) {
      if (place != GAP) {
        int position = before * shape.dim(axis) + place;
        if (axis == shape.rank() - 1) {
          into.add(position);
        } else {
          positions(shape, axis + 1, position, into);
        }
      }
    }
  }

  private void axis(int axis, int indent) {
    text.append('[');
    if (axis == shape.rank() - 1) {
      row(indent + 1);
    } else {
      String between = "\n".repeat(shape.rank() - 1 - axis) + " ".repeat(indent + 1);
      int[] places = places(shape, axis);
      for (int i = 0; i < places.length; i++) {
        text.append(i == 0 ? "" : between);
        if (places[i] == GAP) {
          text.append('…');
        } else {
          axis(axis + 1, indent + 1);
        }
      }
    }
    text.append(']');
  }

  /** Writes the numbers of the last axis, in several lines if they are too long for one. */
  private void row(int indent) {
    int column = indent;
    for (int place : places(shape, shape.rank() - 1)) {
      String word = place == GAP ? "…" : numbers.get(next++);
      if (column > indent && column + 1 + word.length() > LINE) {
        // The last word may end in the blanks that keep points below each other.
        while (text.charAt(text.length() - 1) == ' ') {
          text.setLength(text.length() - 1);
        }
        text.append('\n').append(" ".repeat(indent));
        column = indent;
      } else if (column > indent) {
        text.append(' ');
        column++;
      }
      text.append(word);
      column += word.length();
    }
  }

  // ---- numbers

  private static String scalar(double value, DType dtype) {
    String text = numbers(new double[] {value}, dtype).getFirst().strip();
    return text.endsWith(".") ? text + "0" : text.replace(".e", "e");
  }

  /** Returns numbers as texts of one width, their points below each other. */
  private static List<String> numbers(double[] values, DType dtype) {
    List<PrintedNumber> parts = new ArrayList<>();
    boolean exponents = dtype != DType.I32 && needExponents(values, dtype);
    for (double value : values) {
      parts.add(parts(value, dtype, exponents));
    }
    int behind = parts.stream().mapToInt(PrintedNumber::places).max().orElse(0);
    if (exponents) {
      // As many digits for all, those of the value itself behind the shortest that tell it.
      parts.replaceAll(p -> !p.isWord() && p.places() < behind ? p.lengthened(behind) : p);
    }
    int before = 0;
    int power = 0;
    int words = 0;
    for (PrintedNumber p : parts) {
      if (p.isWord()) {
        words = Math.max(words, p.before.length());
      } else {
        before = Math.max(before, p.before.length());
        power = Math.max(power, p.power.length());
      }
    }
    boolean whole = parts.stream().allMatch(PrintedNumber::isWord);
    int end = whole ? 0 : 1 + behind + power + (exponents ? 2 : 0);
    int width = Math.max(before + end, words);
    List<String> texts = new ArrayList<>();
    for (PrintedNumber p : parts) {
      if (p.isWord()) {
        texts.add(" ".repeat(width - p.before.length()) + p.before);
      } else {
        String pad = " ".repeat(width - end - p.before.length());
        String fill = " ".repeat(behind - p.places());
        texts.add(pad + p.before + "." + p.behind + fill + (exponents ? p.exponent(power) : ""));
      }
    }
    return texts;
  }

  /**
   * A number in pieces.
   *
   * @param before what stands before the point, with its sign; all of a whole number, NaN or
   *     infinity
   * @param behind what stands behind the point
   * @param power the digits of the exponent's magnitude
   * @param notation how it is written
   * @param value the number
   */
  private record PrintedNumber(
      String before, String behind, String power, Notation notation, double value) {
    enum Notation {
      WORD,
      DECIMAL,
      LARGE_POWER,
      SMALL_POWER
    }

    static PrintedNumber word(String text) {
      return new PrintedNumber(text, "", "", Notation.WORD, 0);
    }

    int places() {
      return behind.length();
    }

    /** Returns this with more digits behind the point. */
    PrintedNumber lengthened(int places) {
      PrintedNumber longer = scientific(value, new BigDecimal(value).abs(), places);
      return new PrintedNumber(
          longer.before,
          longer.behind + "0".repeat(places - longer.places()),
          longer.power,
          longer.notation,
          value);
    }

    boolean isWord() {
      return notation == Notation.WORD;
    }

    String exponent(int digits) {
      String sign = notation == Notation.SMALL_POWER ? "e-" : "e+";
      return sign + "0".repeat(digits - power.length()) + power;
    }
  }

  private static boolean needExponents(double[] values, DType dtype) {
    double large = dtype == DType.F32 ? LARGE_F32 : LARGE_F64;
    double largest = 0;
    double smallest = Double.POSITIVE_INFINITY;
    for (double value : values) {
      double a = Math.abs(value);
      if (a > 0 && a < Double.POSITIVE_INFINITY) {
        largest = Math.max(largest, a);
        smallest = Math.min(smallest, a);
      }
    }
    return largest > 0 && (largest >= large || smallest < SMALL || largest / smallest > RANGE);
  }

  private static PrintedNumber parts(double value, DType dtype, boolean exponents) {
    if (dtype == DType.I32) {
      return PrintedNumber.word(String.valueOf((int) value));
    }
    if (Double.isNaN(value)) {
      return PrintedNumber.word("nan");
    }
    if (Double.isInfinite(value)) {
      return PrintedNumber.word(sign(value) + "inf");
    }
    // The shortest digits that give the number back, as Java writes them.
    BigDecimal shortest =
        new BigDecimal(dtype == DType.F32 ? Float.toString((float) value) : Double.toString(value))
            .abs();
    if (!exponents) {
      // Rounded once: the shortest digits have been rounded already.
      BigDecimal rounded =
          shortest.scale() > DIGITS
              ? new BigDecimal(value).abs().setScale(DIGITS, RoundingMode.HALF_EVEN)
              : shortest;
      String plain = rounded.setScale(Math.max(rounded.scale(), 1)).toPlainString();
      int point = plain.indexOf('.');
      return new PrintedNumber(
          sign(value) + plain.substring(0, point),
          withoutZeros(plain.substring(point + 1)),
          "",
          PrintedNumber.Notation.DECIMAL,
          value);
    }
    return scientific(
        value, shortest.precision() > DIGITS + 1 ? new BigDecimal(value).abs() : shortest, DIGITS);
  }

  /** Returns a number with an exponent and at most so many digits behind the point. */
  private static PrintedNumber scientific(double value, BigDecimal size, int places) {
    BigDecimal rounded = size.round(new MathContext(places + 1, RoundingMode.HALF_EVEN));
    String digits = rounded.unscaledValue().toString();
    int power = rounded.signum() == 0 ? 0 : digits.length() - 1 - rounded.scale();
    String magnitude = String.valueOf(Math.abs(power));
    return new PrintedNumber(
        sign(value) + digits.charAt(0),
        withoutZeros(digits.substring(1)),
        magnitude.length() < 2 ? "0" + magnitude : magnitude,
        power < 0 ? PrintedNumber.Notation.SMALL_POWER : PrintedNumber.Notation.LARGE_POWER,
        value);
  }

  private static String sign(double value) {
    return Double.doubleToRawLongBits(value) < 0 ? "-" : "";
  }

  private static String withoutZeros(String digits) {
    int end = digits.length();
    while (end > 0 && digits.charAt(end - 1) == '0') {
      end--;
    }
    return digits.substring(0, end);
  }
}
