package shinso.interchange.onnx.format;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnsafeByteOperations;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;
import shinso.interchange.proto.Field;
import shinso.train.file.FileException;
import shinso.train.file.ReadLimit;

/** Reads the bytes of a file, by the field numbers of {@code onnx.proto3}. */
public final class ModelReader {
  private final Path file;

  private ModelReader(Path file) {
    this.file = file;
  }

  /**
   * Reads a file.
   *
   * @throws FileException if it can't be read, is damaged, or is no model
   */
  public static ModelData read(Path file) {
    // A third: the file itself, and its numbers as parameters.
    ReadLimit limit = ReadLimit.ofHeap(3);
    try (InputStream in = Files.newInputStream(file)) {
      int most = (int) Math.min(limit.bytes(), Integer.MAX_VALUE - 8);
      byte[] bytes = in.readNBytes(most);
      if (in.read() >= 0) {
        throw new FileException(file + " has more than " + limit.text());
      }
      return new ModelReader(file).model(UnsafeByteOperations.unsafeWrap(bytes));
    } catch (InvalidProtocolBufferException e) {
      throw new FileException(
          file + " is damaged or no ONNX file: " + String.valueOf(e.getMessage()), e);
    } catch (IOException e) {
      throw FileException.reading(file, e);
    }
  }

  private FileException bad(String what) {
    return new FileException(file + " " + what);
  }

  private ModelData model(ByteString bytes) throws InvalidProtocolBufferException {
    long irVersion = 0;
    String producer = "";
    String version = "";
    Graph graph = null;
    SequencedMap<String, Long> opsets = new LinkedHashMap<>();
    SequencedMap<String, String> metadata = new LinkedHashMap<>();
    for (Field f : Field.of(bytes)) {
      switch (f.number()) {
        case 1 -> irVersion = f.integer();
        case 2 -> producer = f.text();
        case 3 -> version = f.text();
        case 7 -> graph = graph(f);
        case 8 -> opset(f, opsets);
        case 14 -> pair(f, metadata);
        default -> {}
      }
    }
    if (graph == null || opsets.isEmpty()) {
      throw bad("is no ONNX file: it has no " + (graph == null ? "graph" : "operator set"));
    }
    return new ModelData(irVersion, opsets, producer, version, graph, metadata);
  }

  private static void opset(Field field, Map<String, Long> opsets)
      throws InvalidProtocolBufferException {
    String domain = "";
    long version = 0;
    for (Field f : field.message()) {
      switch (f.number()) {
        case 1 -> domain = f.text();
        case 2 -> version = f.integer();
        default -> {}
      }
    }
    opsets.put(domain.equals("ai.onnx") ? "" : domain, version);
  }

  private static void pair(Field field, Map<String, String> texts)
      throws InvalidProtocolBufferException {
    String key = "";
    String value = "";
    for (Field f : field.message()) {
      switch (f.number()) {
        case 1 -> key = f.text();
        case 2 -> value = f.text();
        default -> {}
      }
    }
    texts.put(key, value);
  }

  private Graph graph(Field field) throws InvalidProtocolBufferException {
    String name = "";
    List<Node> nodes = new ArrayList<>();
    SequencedMap<String, TensorData> initializers = new LinkedHashMap<>();
    List<ValueInfo> inputs = new ArrayList<>();
    List<ValueInfo> outputs = new ArrayList<>();
    for (Field f : field.message()) {
      switch (f.number()) {
        case 1 -> nodes.add(node(f));
        case 2 -> name = f.text();
        case 5 -> {
          Named<TensorData> t = tensor(f);
          initializers.put(t.name, t.value);
        }
        case 11 -> inputs.add(value(f));
        case 12 -> outputs.add(value(f));
        case 15 -> throw bad("has sparse weights, which can't be read; save them dense");
        default -> {}
      }
    }
    return new Graph(name, nodes, initializers, inputs, outputs);
  }

  private Node node(Field field) throws InvalidProtocolBufferException {
    List<String> inputs = new ArrayList<>();
    List<String> outputs = new ArrayList<>();
    String name = "";
    String op = "";
    String domain = "";
    SequencedMap<String, Attribute> attributes = new LinkedHashMap<>();
    for (Field f : field.message()) {
      switch (f.number()) {
        case 1 -> inputs.add(f.text());
        case 2 -> outputs.add(f.text());
        case 3 -> name = f.text();
        case 4 -> op = f.text();
        case 5 -> {
          Named<Attribute> a = attribute(f);
          attributes.put(a.name, a.value);
        }
        case 7 -> domain = f.text();
        default -> {}
      }
    }
    String own = domain.equals("ai.onnx") ? "" : domain;
    return new Node(name, op, own, inputs, outputs, attributes);
  }

  private record Named<T>(String name, T value) {}

  private Named<Attribute> attribute(Field field) throws InvalidProtocolBufferException {
    String name = "";
    int type = 0;
    float number = 0;
    long whole = 0;
    String text = "";
    TensorData data = null;
    List<Float> numbers = new ArrayList<>();
    List<Long> wholes = new ArrayList<>();
    List<String> texts = new ArrayList<>();
    for (Field f : field.message()) {
      switch (f.number()) {
        case 1 -> name = f.text();
        case 2 -> number = f.single();
        case 3 -> whole = f.integer();
        case 4 -> text = f.text();
        case 5 -> data = tensor(f).value;
        case 7 -> floats(f, numbers);
        case 8 -> wholes.addAll(f.integers());
        case 9 -> texts.add(f.text());
        case 20 -> type = (int) f.integer();
        default -> {}
      }
    }
    Attribute value =
        switch (type) {
          case 1 -> new Attribute.Number(number);
          case 2 -> new Attribute.Whole(whole);
          case 3 -> new Attribute.Text(text);
          case 4 -> {
            if (data == null) {
              throw bad("is damaged: the attribute '" + name + "' has no tensor");
            }
            yield new Attribute.Data(data);
          }
          case 6 -> new Attribute.Numbers(numbers);
          case 7 -> new Attribute.Wholes(wholes);
          case 8 -> new Attribute.Texts(texts);
          default -> new Attribute.Unread(type);
        };
    return new Named<>(name, value);
  }

  private static void floats(Field f, List<Float> values) throws InvalidProtocolBufferException {
    if (f.wireType() == 5) {
      values.add(f.single());
      return;
    }
    var in = f.content().asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
    while (in.remaining() >= Float.BYTES) {
      values.add(in.getFloat());
    }
  }

  private Named<TensorData> tensor(Field field) throws InvalidProtocolBufferException {
    TensorFields t = new TensorFields(file);
    for (Field f : field.message()) {
      t.take(f);
    }
    return new Named<>(t.name(), t.build());
  }

  private static ValueInfo value(Field field) throws InvalidProtocolBufferException {
    String name = "";
    ElementType type = null;
    List<ValueInfo.Dim> dims = null;
    for (Field f : field.message()) {
      switch (f.number()) {
        case 1 -> name = f.text();
        case 2 -> {
          for (Field kind : f.message()) {
            if (kind.number() == 1) {
              for (Field t : kind.message()) {
                switch (t.number()) {
                  case 1 -> type = ElementType.of(t.integer());
                  case 2 -> dims = dims(t);
                  default -> {}
                }
              }
            }
          }
        }
        default -> {}
      }
    }
    return new ValueInfo(name, type, dims);
  }

  private static List<ValueInfo.Dim> dims(Field field) throws InvalidProtocolBufferException {
    List<ValueInfo.Dim> dims = new ArrayList<>();
    for (Field f : field.message()) {
      if (f.number() == 1) {
        ValueInfo.Dim dim = ValueInfo.Dim.open("");
        for (Field d : f.message()) {
          switch (d.number()) {
            case 1 -> dim = ValueInfo.Dim.of(d.integer());
            case 2 -> dim = ValueInfo.Dim.open(d.text());
            default -> {}
          }
        }
        dims.add(dim);
      }
    }
    return dims;
  }

  /** Returns an error's text without control characters and of a bearable length. */
  static String shown(@Nullable String text) {
    String t = text == null ? "" : text;
    return t.length() <= 80 ? t : String.format(Locale.ROOT, "%s…", t.substring(0, 80));
  }
}
