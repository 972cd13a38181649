package shinso.interchange.onnx.format;

import java.util.List;
import java.util.stream.DoubleStream;
import java.util.stream.LongStream;

/** What a node is told besides its inputs: {@code AttributeProto} without its name. */
public sealed interface Attribute {
  /** A number. */
  record Number(float value) implements Attribute {}

  /** An integer. */
  record Whole(long value) implements Attribute {}

  /** A text. */
  record Text(String value) implements Attribute {}

  /** A tensor. */
  record Data(TensorData value) implements Attribute {}

  /** Numbers. */
  record Numbers(List<Float> values) implements Attribute {}

  /** Integers. */
  record Wholes(List<Long> values) implements Attribute {}

  /** Texts. */
  record Texts(List<String> values) implements Attribute {}

  /**
   * What isn't read, such as a graph of its own.
   *
   * @param type the number of its type
   */
  record Unread(int type) implements Attribute {}

  /** Returns an integer. */
  static Attribute of(long value) {
    return new Whole(value);
  }

  /** Returns a number. */
  static Attribute of(double value) {
    return new Number((float) value);
  }

  /** Returns integers. */
  static Attribute of(long... values) {
    return new Wholes(LongStream.of(values).boxed().toList());
  }

  /** Returns numbers. */
  static Attribute numbers(double... values) {
    return new Numbers(DoubleStream.of(values).mapToObj(x -> (float) x).toList());
  }

  /** Returns a text. */
  static Attribute of(String value) {
    return new Text(value);
  }

  /** Returns texts. */
  static Attribute texts(List<String> values) {
    return new Texts(List.copyOf(values));
  }
}
