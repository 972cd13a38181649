package shinso.interchange.onnx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import shinso.core.tensor.DType;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;

/** Runs files with ONNX Runtime. */
public final class OnnxRun implements AutoCloseable {
  private final OrtSession session;

  private OnnxRun(OrtSession session) {
    this.session = session;
  }

  /** Opens a file. */
  public static OnnxRun of(Path file) {
    try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
      options.setIntraOpNumThreads(1);
      options.setInterOpNumThreads(1);
      return new OnnxRun(OrtEnvironment.getEnvironment().createSession(file.toString(), options));
    } catch (OrtException e) {
      throw new IllegalStateException(file + ": " + e.getMessage(), e);
    }
  }

  /** Returns all outputs for inputs in the order of the file. */
  public Map<String, Tensor> run(Tensor... inputs) {
    Map<String, OnnxTensor> in = new LinkedHashMap<>();
    try {
      int i = 0;
      for (String name : session.getInputNames()) {
        in.put(name, tensor(inputs[i++]));
      }
      assertEquals(inputs.length, i, "number of inputs");
      Map<String, Tensor> out = new LinkedHashMap<>();
      try (OrtSession.Result result = session.run(in)) {
        result.forEach(e -> out.put(e.getKey(), tensor((OnnxTensor) e.getValue())));
      }
      return out;
    } catch (OrtException e) {
      throw new IllegalStateException(e.getMessage(), e);
    } finally {
      in.values().forEach(OnnxTensor::close);
    }
  }

  /** Returns the only output. */
  public Tensor output(Tensor... inputs) {
    Map<String, Tensor> all = run(inputs);
    assertEquals(1, all.size(), "number of outputs");
    return all.values().iterator().next();
  }

  private static OnnxTensor tensor(Tensor t) throws OrtException {
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    long[] dims = Arrays.stream(t.shape().dims()).asLongStream().toArray();
    return t.dtype() == DType.I32
        ? OnnxTensor.createTensor(environment, IntBuffer.wrap(t.toIntArray()), dims)
        : OnnxTensor.createTensor(environment, FloatBuffer.wrap(t.toFloatArray()), dims);
  }

  private static Tensor tensor(OnnxTensor t) {
    TensorInfo info = t.getInfo();
    int[] dims = Arrays.stream(info.getShape()).mapToInt(Math::toIntExact).toArray();
    switch (info.type) {
      case FLOAT -> {
        float[] values = new float[Shape.of(dims).size()];
        t.getFloatBuffer().get(values);
        return Tensor.of(values, dims);
      }
      case INT32 -> {
        int[] values = new int[Shape.of(dims).size()];
        t.getIntBuffer().get(values);
        return Tensor.of(values, dims);
      }
      default -> throw new IllegalStateException("an output of the type " + info.type);
    }
  }

  /** Returns the value of a key, which there must be. */
  public static <T> T got(Map<String, T> map, String key) {
    T value = map.get(key);
    if (value == null) {
      throw new AssertionError("there is no '" + key + "', only " + map.keySet());
    }
    return value;
  }

  /** Fails unless all numbers agree to a tolerance relative to max(1, |expected|). */
  public static void assertClose(Tensor expected, Tensor actual, double tolerance, String what) {
    assertEquals(expected.shape(), actual.shape(), what);
    double[] e = expected.toDoubleArray();
    double[] a = actual.toDoubleArray();
    for (int i = 0; i < e.length; i++) {
      if (!(e[i] == a[i]) && !(Math.abs(e[i] - a[i]) <= tolerance * Math.max(1, Math.abs(e[i])))) {
        fail("%s: element %d is %s, not %s".formatted(what, i, a[i], e[i]));
      }
    }
  }

  @Override
  public void close() {
    try {
      session.close();
    } catch (OrtException e) {
      throw new IllegalStateException(e);
    }
  }
}
