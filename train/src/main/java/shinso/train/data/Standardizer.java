package shinso.train.data;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import shinso.core.tensor.DType;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;
import shinso.nn.layer.Standardization;
import shinso.train.file.FileException;
import shinso.train.file.JsonFile;

/**
 * Brings numbers to mean 0 and standard deviation 1: {@code (x - mean) / deviation}. Mean and
 * deviation are fitted to the training part alone and are part of the model.
 *
 * <p>They are those of the last axes of an example that they cover: one pair a feature, one a
 * channel, or one for all. Where a feature is constant, its deviation counts as 1, so that it
 * becomes 0.
 */
public final class Standardizer {
  /** What has a mean and a deviation of its own. */
  public enum Per {
    /** Each element of an example. */
    FEATURE,
    /** Each position on the last axis, such as the colours of an image. */
    CHANNEL,
    /** All elements together. */
    FIELD
  }

  private static final String MEAN = "mean";
  private static final String DEVIATION = "deviation";

  /** Deviations below this part of the mean are rounding errors of a constant in F32. */
  private static final double CONSTANT = 1e-7;

  private final float[] mean;
  private final float[] deviation;

  private Standardizer(float[] mean, float[] deviation) {
    this.mean = mean;
    this.deviation = deviation;
  }

  /**
   * Fits to a field of a data set, the training part.
   *
   * @param field the position of the field, 0 for the input
   * @throws DataException if the data set is empty or has a value that is not finite
   * @throws IllegalArgumentException if the field holds integers
   */
  public static Standardizer fit(Dataset train, int field, Per per) {
    Dataset.Field f = train.fields().get(field);
    if (f.dtype() != DType.F32) {
      throw new IllegalArgumentException(
          "the field '%s' is %s; only F32 can be standardised".formatted(f.name(), f.dtype()));
    }
    if (train.size() == 0) {
      throw new DataException(
          train.description() + ": a mean can't be fitted to an empty data set");
    }
    int groups =
        switch (per) {
          case FEATURE -> f.shape().size();
          case CHANNEL -> f.shape().rank() == 0 ? 1 : f.shape().dim(-1);
          case FIELD -> 1;
        };
    double count = (double) train.size() * f.shape().size() / groups;
    // Two passes: the sum of squares alone loses all digits where the mean is large.
    double[] mean = sums(train, field, groups, null);
    for (int g = 0; g < groups; g++) {
      mean[g] /= count;
    }
    double[] variance = sums(train, field, groups, mean);
    float[] m = new float[groups];
    float[] d = new float[groups];
    for (int g = 0; g < groups; g++) {
      double deviation = Math.sqrt(variance[g] / count);
      boolean constant = deviation <= Math.max(CONSTANT * Math.abs(mean[g]), Float.MIN_NORMAL);
      m[g] = (float) mean[g];
      d[g] = constant ? 1 : (float) deviation;
    }
    return new Standardizer(m, d);
  }

  /**
   * Restores what {@link #arrays} gave.
   *
   * @throws DataException if an array is missing, or they don't belong together
   */
  public static Standardizer ofArrays(Map<String, float[]> arrays) {
    float[] mean = arrays.get(MEAN);
    float[] deviation = arrays.get(DEVIATION);
    if (mean == null || deviation == null) {
      throw new DataException(
          "standardizer: the arrays 'mean' and 'deviation' are needed, but there are "
              + arrays.keySet());
    }
    if (mean.length != deviation.length || mean.length == 0) {
      throw new DataException(
          "standardizer: 'mean' has %d elements and 'deviation' %d; they must have the same number"
              .formatted(mean.length, deviation.length));
    }
    for (int i = 0; i < mean.length; i++) {
      if (!Float.isFinite(mean[i]) || !Float.isFinite(deviation[i]) || deviation[i] <= 0) {
        throw new DataException(
            String.format(
                Locale.ROOT,
                "standardizer: element %d has mean %s and deviation %s; the file is damaged",
                i,
                mean[i],
                deviation[i]));
      }
    }
    return new Standardizer(mean.clone(), deviation.clone());
  }

  /** Returns mean and deviation by name, for saving with the model. */
  public Map<String, float[]> arrays() {
    Map<String, float[]> arrays = new LinkedHashMap<>();
    arrays.put(MEAN, mean.clone());
    arrays.put(DEVIATION, deviation.clone());
    return arrays;
  }

  /**
   * Writes mean and deviation as JSON, to stand beside the weights of the model.
   *
   * @throws FileException if that fails; the file is as it was
   */
  public void save(Path file) {
    Map<String, Object> json = new LinkedHashMap<>();
    arrays().forEach((name, values) -> json.put(name, doubles(values)));
    JsonFile.write(file, json);
  }

  /**
   * Reads what {@link #save} wrote; it gives the same bits.
   *
   * @throws FileException if the file can't be read or isn't one of these
   * @throws DataException if the arrays can't be a mean and a deviation
   */
  public static Standardizer load(Path file) {
    JsonFile json = JsonFile.read(file);
    Map<String, float[]> arrays = new LinkedHashMap<>();
    for (String name : List.of(MEAN, DEVIATION)) {
      List<?> list = json.list(name);
      float[] values = new float[list.size()];
      for (int i = 0; i < values.length; i++) {
        if (!(list.get(i) instanceof Number number)) {
          throw new FileException(
              "%s is corrupt: element %d of '%s' is not a number".formatted(file, i, name));
        }
        values[i] = number.floatValue();
      }
      arrays.put(name, values);
    }
    return ofArrays(arrays);
  }

  /** Returns the values as double, which is written so that the same bits are read. */
  private static double[] doubles(float[] values) {
    double[] d = new double[values.length];
    for (int i = 0; i < d.length; i++) {
      d[i] = values[i];
    }
    return d;
  }

  /**
   * Returns {@code (x - mean) / deviation} for a batch {@code [n, ..]}.
   *
   * @throws IllegalArgumentException if the last axes don't have as many elements as were fitted
   */
  public Tensor apply(Tensor x) {
    Shape group = group(x.shape());
    return x.sub(Tensor.of(mean, group.dims())).div(Tensor.of(deviation, group.dims()));
  }

  /**
   * Returns this as a layer, the first of a network that takes numbers as they were measured; its
   * mean and deviation are saved with the model, and not trained.
   */
  public Standardization layer() {
    return Standardization.of(Tensor.of(mean, mean.length), Tensor.of(deviation, mean.length));
  }

  /** Returns {@code x * deviation + mean}: the inverse of {@link #apply(Tensor)}. */
  public Tensor invert(Tensor x) {
    Shape group = group(x.shape());
    return x.mul(Tensor.of(deviation, group.dims())).add(Tensor.of(mean, group.dims()));
  }

  /**
   * Returns a data set whose field is standardised as batches are made.
   *
   * @throws IllegalArgumentException if the field doesn't have the shape that was fitted
   */
  public Dataset apply(Dataset data, int field) {
    group(Shape.of(1).concat(data.fields().get(field).shape()));
    return new Standardized(data, field);
  }

  /** Returns the last axes of a batch that the fitted groups cover. */
  private Shape group(Shape batch) {
    for (int axis = batch.rank(); axis >= 1; axis--) {
      Shape tail = batch.slice(axis, batch.rank());
      if (tail.size() == mean.length) {
        return tail;
      }
    }
    throw new IllegalArgumentException(
        "standardizer: fitted to %d elements, which are not the last axes of a batch of shape %s"
            .formatted(mean.length, batch));
  }

  /**
   * Returns, for each group, the sum of the elements, or of their squared distances from a mean.
   */
  private static double[] sums(Dataset data, int field, int groups, double @Nullable [] mean) {
    double[] sums = new double[groups];
    for (int from = 0; from < data.size(); from += Dataset.CHUNK) {
      int to = Math.min(from + Dataset.CHUNK, data.size());
      Tensor batch = data.batch(IntStream.range(from, to).toArray()).get(field);
      float[] x = batch.toFloatArray();
      for (int i = 0; i < x.length; i++) {
        if (!Float.isFinite(x[i])) {
          int width = x.length / (to - from);
          throw new DataException(
              String.format(
                  Locale.ROOT,
                  "%s: element %d of example %d of '%s' is %s; remove the example or fill it in",
                  data.description(),
                  i % width,
                  from + i / width,
                  data.fields().get(field).name(),
                  x[i]));
        }
        double d = mean == null ? x[i] : x[i] - mean[i % groups];
        sums[i % groups] += mean == null ? d : d * d;
      }
    }
    return sums;
  }

  private final class Standardized implements Dataset {
    private final Dataset raw;
    private final int field;

    Standardized(Dataset raw, int field) {
      this.raw = raw;
      this.field = field;
    }

    @Override
    public int size() {
      return raw.size();
    }

    @Override
    public List<Field> fields() {
      return raw.fields();
    }

    @Override
    public List<Tensor> batch(int[] indices) {
      List<Tensor> batch = new ArrayList<>(raw.batch(indices));
      // On plain arrays: this runs beside the training step and must not take its threads.
      float[] x = batch.get(field).toFloatArray();
      for (int i = 0; i < x.length; i++) {
        int g = i % mean.length;
        x[i] = (x[i] - mean[g]) / deviation[g];
      }
      batch.set(field, Tensor.owning(x, batch.get(field).shape()));
      return List.copyOf(batch);
    }

    @Override
    public List<String> classNames() {
      return raw.classNames();
    }

    @Override
    public boolean hasLabels() {
      return raw.hasLabels();
    }

    @Override
    public int[] labels() {
      return raw.labels();
    }

    @Override
    public String description() {
      return raw.description() + ", standardised";
    }
  }
}
