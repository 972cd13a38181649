package shinso.interchange.onnx.format;

import com.google.protobuf.ByteString;
import java.util.Map;
import shinso.interchange.proto.Message;

/** Turns a model into the bytes of its file, by the field numbers of {@code onnx.proto3}. */
public final class ModelWriter {
  private ModelWriter() {}

  /**
   * Returns the bytes of a file.
   *
   * @throws ArithmeticException if they are more than the 2 GB that such a message can have
   */
  public static ByteString toBytes(ModelData model) {
    Message m =
        new Message()
            .integer(1, model.irVersion())
            .text(2, model.producer())
            .text(3, model.producerVersion())
            .message(7, graph(model.graph()));
    model
        .opsets()
        .forEach((domain, version) -> {
          Message opset = domain.isEmpty() ? new Message() : new Message().text(1, domain);
          m.message(8, opset.integer(2, version));
        });
    model
        .metadata()
        .forEach((key, value) -> m.message(14, new Message().text(1, key).text(2, value)));
    return m.toBytes();
  }

  private static Message graph(Graph graph) {
    long bytes = 0;
    for (TensorData data : graph.initializers().values()) {
      bytes += data.bytes().size();
    }
    Math.toIntExact(bytes);
    Message m = new Message();
    graph.nodes().forEach(node -> m.message(1, node(node)));
    m.text(2, graph.name());
    graph.initializers().forEach((name, data) -> m.message(5, tensor(data).text(8, name)));
    graph.inputs().forEach(value -> m.message(11, value(value)));
    graph.outputs().forEach(value -> m.message(12, value(value)));
    return m;
  }

  private static Message node(Node node) {
    Message m = new Message();
    node.inputs().forEach(name -> m.text(1, name));
    node.outputs().forEach(name -> m.text(2, name));
    m.text(3, node.name()).text(4, node.op());
    for (Map.Entry<String, Attribute> e : node.attributes().entrySet()) {
      m.message(5, attribute(e.getKey(), e.getValue()));
    }
    return node.domain().isEmpty() ? m : m.text(7, node.domain());
  }

  private static Message attribute(String name, Attribute attribute) {
    Message m = new Message().text(1, name);
    return switch (attribute) {
      case Attribute.Number a -> m.number(2, a.value()).integer(20, 1);
      case Attribute.Whole a -> m.integer(3, a.value()).integer(20, 2);
      case Attribute.Text a -> m.text(4, a.value()).integer(20, 3);
      case Attribute.Data a -> m.message(5, tensor(a.value())).integer(20, 4);
      case Attribute.Numbers a -> {
        a.values().forEach(x -> m.number(7, x));
        yield m.integer(20, 6);
      }
      case Attribute.Wholes a -> {
        a.values().forEach(x -> m.integer(8, x));
        yield m.integer(20, 7);
      }
      case Attribute.Texts a -> {
        a.values().forEach(x -> m.text(9, x));
        yield m.integer(20, 8);
      }
      case Attribute.Unread a ->
          throw new IllegalArgumentException("an attribute that wasn't read can't be written");
    };
  }

  private static Message tensor(TensorData data) {
    Message m = new Message();
    data.dims().forEach(dim -> m.integer(1, dim));
    return m.integer(2, data.type().number()).bytes(9, data.bytes());
  }

  private static Message value(ValueInfo value) {
    Message shape = new Message();
    if (value.dims() != null) {
      for (ValueInfo.Dim dim : value.dims()) {
        shape.message(
            1,
            dim.value() >= 0
                ? new Message().integer(1, dim.value())
                : new Message().text(2, dim.name()));
      }
    }
    int type = value.type() == null ? 0 : value.type().number();
    Message tensor = new Message().integer(1, type).message(2, shape);
    return new Message().text(1, value.name()).message(2, new Message().message(1, tensor));
  }
}
