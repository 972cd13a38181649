package shinso.spark.model;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.api.java.function.Function2;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Row;
import org.apache.spark.util.StatCounter;
import org.jspecify.annotations.Nullable;
import shinso.core.random.Rng;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;
import shinso.spark.distributed.DistributionException;
import shinso.spark.distributed.ExampleForm;
import shinso.train.data.DataException;

/**
 * What a model is worth on the rows of a partition, as running means and variances in double
 * precision, which take no more memory for more rows.
 */
public final class RowMeasures
    implements Function2<Integer, Iterator<Row>, Iterator<RowMeasures.Sums>> {
  private static final long serialVersionUID = 1L;

  private final Broadcast<ModelPackage> source;
  private final Request request;

  /**
   * What is asked.
   *
   * @param ability what the model does
   * @param columns of the input
   * @param target the column with the truth, null if none is needed
   * @param batch how many rows at a time
   * @param invalid {@code error}, else rows that can't be read are left out
   * @param width how many numbers the model says about a row
   */
  public record Request(
      Ability ability,
      List<String> columns,
      @Nullable String target,
      int batch,
      String invalid,
      int width)
      implements Serializable {}

  /**
   * Some rows, summed up.
   *
   * @param measures for classes log loss and whether they were right, else one number
   * @param leftOut how many rows couldn't be read
   */
  public record Sums(List<StatCounter> measures, long leftOut) implements Serializable {
    /** Returns sums of nothing. */
    public static Sums none(Ability ability) {
      List<StatCounter> none = new ArrayList<>();
      for (int i = 0; i < (ability == Ability.CLASSIFY ? 2 : 1); i++) {
        none.add(new StatCounter());
      }
      return new Sums(none, 0);
    }

    /** Returns the sums of these rows and then of others. */
    public Sums and(Sums others) {
      for (int i = 0; i < measures.size(); i++) {
        measures.get(i).merge(others.measures.get(i));
      }
      return new Sums(measures, leftOut + others.leftOut);
    }
  }

  /** Creates the function of a model that all executors have been sent. */
  public RowMeasures(Broadcast<ModelPackage> source, Request request) {
    this.source = source;
    this.request = request;
  }

  @Override
  public Iterator<Sums> call(Integer partition, Iterator<Row> rows) {
    Sums sums = Sums.none(request.ability);
    if (rows.hasNext()) {
      OpenModel model = OpenModel.of(source.value());
      long read = 0;
      while (rows.hasNext()) {
        List<Row> batch = new ArrayList<>();
        while (batch.size() < request.batch && rows.hasNext()) {
          batch.add(rows.next());
        }
        sums = sums.and(measured(model, batch, read));
        read += batch.size();
      }
    }
    return List.of(sums).iterator();
  }

  private Sums measured(OpenModel model, List<Row> batch, long first) {
    int size = model.input().size();
    // A batch that isn't full is filled with zeros: one program serves all.
    float[] x = new float[request.batch * size];
    List<float[]> truths = new ArrayList<>();
    for (int i = 0; i < batch.size(); i++) {
      try {
        float[] truth = truth(model, batch.get(i), first + i);
        float[] input = model.read(request.columns, batch.get(i), first + i);
        System.arraycopy(input, 0, x, truths.size() * size, size);
        truths.add(truth);
      } catch (DistributionException | DataException e) {
        if (request.invalid.equals("error")) {
          throw e;
        }
      }
    }
    Tensor inputs = Tensor.owning(x, Shape.of(request.batch).concat(model.input()));
    Tensor said =
        request.ability == Ability.CLASSIFY
            ? model.logProbabilities(inputs)
            : model.answer(request.ability, inputs, Rng.of(0));
    float[] y = said.toFloatArray();
    Sums sums = Sums.none(request.ability);
    for (int i = 0; i < truths.size(); i++) {
      float[] answer = Arrays.copyOfRange(y, i * request.width, (i + 1) * request.width);
      add(sums.measures, answer, truths.get(i));
    }
    return new Sums(sums.measures, batch.size() - truths.size());
  }

  private void add(List<StatCounter> sums, float[] answer, float[] truth) {
    switch (request.ability) {
      case CLASSIFY -> {
        sums.getFirst().merge(-answer[(int) truth[0]]);
        sums.getLast().merge(RowAnswers.best(answer) == (int) truth[0] ? 1 : 0);
      }
      case REGRESS -> {
        double square = 0;
        for (int i = 0; i < answer.length; i++) {
          square += ((double) answer[i] - truth[i]) * ((double) answer[i] - truth[i]);
        }
        sums.getFirst().merge(square / answer.length);
      }
      case LOG_LIKELIHOOD, FREE_ENERGY -> sums.getFirst().merge(answer[0]);
      case ENCODE, SAMPLE -> throw new IllegalStateException(request.ability + " is not measured");
    }
  }

  private float[] truth(OpenModel model, Row row, long number) {
    if (request.target == null) {
      return new float[0];
    }
    Object value = row.getAs(request.target);
    if (request.ability != Ability.CLASSIFY) {
      // A table that was read without types has texts.
      return value instanceof String text && request.width == 1
          ? new float[] {number(text, number)}
          : new ExampleForm(List.of(request.target), List.of(request.width), null, 0)
              .read(row, number)
              .input();
    }
    boolean isName = value instanceof String || model.encoder() != null && value != null;
    if (!isName) {
      return new float[] {
        new ExampleForm(List.of(), List.of(0), request.target, request.width)
            .read(row, number)
            .label()
      };
    }
    int label = model.classNames().indexOf(value.toString());
    if (label < 0) {
      throw new DistributionException(
          "row %d: %s is '%s', which is no class of the model; it has %s"
              .formatted(number, request.target, value, String.join(", ", model.classNames())));
    }
    return new float[] {label};
  }

  private float number(String text, long row) {
    try {
      float value = Float.parseFloat(text.strip());
      if (Float.isFinite(value)) {
        return value;
      }
    } catch (NumberFormatException e) {
      // Said below.
    }
    throw new DistributionException(
        "row %d: %s is '%s', which is no number".formatted(row, request.target, text));
  }
}
