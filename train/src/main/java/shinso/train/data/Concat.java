package shinso.train.data;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import shinso.core.tensor.DType;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;

/** Several data sets with the same fields, one after the other. */
final class Concat implements Dataset {
  private final List<Dataset> parts;

  /** Where each part begins, and behind them the number of all examples. */
  private final int[] starts;

  Concat(List<Dataset> parts) {
    if (parts.isEmpty()) {
      throw new IllegalArgumentException("concat: there are no data sets to join");
    }
    Dataset first = parts.getFirst();
    this.parts = List.copyOf(parts);
    this.starts = new int[parts.size() + 1];
    for (int i = 0; i < parts.size(); i++) {
      Dataset part = parts.get(i);
      if (!part.fields().equals(first.fields())) {
        throw new IllegalArgumentException(
            "concat: the fields differ: %s of %s and %s of %s"
                .formatted(first.fields(), first.description(), part.fields(), part.description()));
      }
      if (!part.classNames().equals(first.classNames())) {
        throw new IllegalArgumentException(
            "concat: the classes differ: %s of %s and %s of %s"
                .formatted(
                    first.classNames(),
                    first.description(),
                    part.classNames(),
                    part.description()));
      }
      starts[i + 1] = Math.addExact(starts[i], part.size());
    }
  }

  @Override
  public int size() {
    return starts[parts.size()];
  }

  @Override
  public List<Field> fields() {
    return parts.getFirst().fields();
  }

  @Override
  public List<Tensor> batch(int[] indices) {
    int[] owner = new int[indices.length];
    int[] place = new int[indices.length];
    int[] counts = new int[parts.size()];
    for (int i = 0; i < indices.length; i++) {
      int p = partOf(Objects.checkIndex(indices[i], size()));
      owner[i] = p;
      place[i] = counts[p]++;
    }
    List<List<Tensor>> pieces = new ArrayList<>();
    for (int p = 0; p < parts.size(); p++) {
      int part = p;
      int[] inner =
          IntStream.range(0, indices.length)
              .filter(i -> owner[i] == part)
              .map(i -> indices[i] - starts[part])
              .toArray();
      if (inner.length == indices.length) {
        return parts.get(p).batch(inner);
      }
      pieces.add(inner.length == 0 ? List.of() : parts.get(p).batch(inner));
    }
    List<Tensor> joined = new ArrayList<>();
    for (int f = 0; f < fields().size(); f++) {
      int field = f;
      List<Tensor> tensors =
          pieces.stream().filter(t -> !t.isEmpty()).map(t -> t.get(field)).toList();
      // Positions of the parts among those that gave something.
      int[] rank = new int[parts.size()];
      for (int p = 1; p < rank.length; p++) {
        rank[p] = rank[p - 1] + (counts[p - 1] > 0 ? 1 : 0);
      }
      int[] source = Arrays.stream(owner).map(p -> rank[p]).toArray();
      joined.add(interleave(fields().get(f), tensors, source, place));
    }
    return List.copyOf(joined);
  }

  @Override
  public List<String> classNames() {
    return parts.getFirst().classNames();
  }

  @Override
  public int[] labels() {
    return parts.stream().flatMapToInt(p -> Arrays.stream(p.labels())).toArray();
  }

  @Override
  public String description() {
    return parts.stream().map(Dataset::description).collect(Collectors.joining(" + "));
  }

  private int partOf(int index) {
    int p = 0;
    while (index >= starts[p + 1]) {
      p++;
    }
    return p;
  }

  /** Returns row {@code place[i]} of tensor {@code source[i]} as row i. */
  private static Tensor interleave(Field field, List<Tensor> tensors, int[] source, int[] place) {
    int width = field.shape().size();
    Shape shape = Shape.of(source.length).concat(field.shape());
    if (field.dtype() == DType.I32) {
      List<int[]> arrays = tensors.stream().map(Tensor::toIntArray).toList();
      int[] all = new int[shape.size()];
      for (int i = 0; i < source.length; i++) {
        System.arraycopy(arrays.get(source[i]), place[i] * width, all, i * width, width);
      }
      return Tensor.owning(all, shape);
    }
    List<float[]> arrays = tensors.stream().map(Tensor::toFloatArray).toList();
    float[] all = new float[shape.size()];
    for (int i = 0; i < source.length; i++) {
      System.arraycopy(arrays.get(source[i]), place[i] * width, all, i * width, width);
    }
    return Tensor.owning(all, shape);
  }
}
