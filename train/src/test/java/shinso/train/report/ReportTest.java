package shinso.train.report;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import shinso.core.program.Param;
import shinso.core.tensor.DType;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;
import shinso.nn.layer.Layer;
import shinso.train.data.Batches;
import shinso.train.data.Column;
import shinso.train.data.Dataset;
import shinso.train.data.InMemoryDataset;
import shinso.train.run.MetricsFile;
import shinso.train.run.RunFolder;
import shinso.train.run.RunInfo;
import shinso.train.run.RunStatus;

class ReportTest {
  @TempDir private Path root;

  /** Images of 2 x 2 pixels; the classifier's logits are the first three of them. */
  private record Squares(List<float[]> images, List<Integer> classes) implements Dataset {
    static final Layer READER = (x, pass) -> x.reshape(-1, 4).slice(1, 0, 3);

    @Override
    public int size() {
      return images.size();
    }

    @Override
    public List<Field> fields() {
      return List.of(
          new Field("image", Shape.of(2, 2, 1), DType.F32),
          new Field("label", Shape.SCALAR, DType.I32));
    }

    @Override
    public List<Tensor> batch(int[] indices) {
      float[] x = new float[4 * indices.length];
      int[] t = new int[indices.length];
      for (int i = 0; i < indices.length; i++) {
        System.arraycopy(images.get(indices[i]), 0, x, 4 * i, 4);
        t[i] = classes.get(indices[i]);
      }
      return List.of(Tensor.owning(x, Shape.of(indices.length, 2, 2, 1)), Tensor.of(t));
    }

    @Override
    public List<String> classNames() {
      return List.of("cat", "<dog>");
    }

    @Override
    public String description() {
      return "squares";
    }
  }

  private static final Squares SQUARES =
      new Squares(
          List.of(
              new float[] {5, 0, 0, 1},
              new float[] {0, 5, 0, 1},
              new float[] {0, 1, 0, 1},
              new float[] {0, 0, 9, 1},
              new float[] {2, 2, 0, 1}),
          List.of(0, 1, 0, 1, 1));

  private static Predictions predictions() {
    return Predictions.of(Squares.READER, Batches.inOrder(SQUARES, 2));
  }

  @Test
  void predictionsAndMistakes() {
    Predictions p = predictions();
    assertEquals(3, p.classes());
    assertEquals(0.4, p.accuracy());
    int[][] expected = {{1, 1, 0}, {1, 1, 1}, {0, 0, 0}};
    assertArrayEquals(expected, p.confusion());
    double e = Math.E;
    assertEquals(e / (e + 2), p.probability(2, 1), 1e-6);
    List<Predictions.Mistake> hardest = p.hardest(10);
    assertEquals(List.of(3, 2, 4), hardest.stream().map(Predictions.Mistake::example).toList());
    assertEquals(1, hardest.getFirst().truth());
    assertEquals(2, hardest.getFirst().predicted());
    assertEquals(1, p.hardest(1).size());
    assertEquals("cat", p.className(0));
    assertEquals("2", p.className(2));
    assertThrows(
        IllegalArgumentException.class,
        () -> Predictions.of(Squares.READER, Batches.shuffled(SQUARES, 5, 3)));
  }

  private RunFolder run() {
    Map<String, String> configuration = new LinkedHashMap<>();
    configuration.put("rate", "1 < 2 & \"3\"");
    RunFolder run =
        RunFolder.create(
            root,
            RunInfo.starting(
                "digits", "smoke", 4, configuration, "some <data>", List.of("run", "digits")));
    try (MetricsFile metrics = MetricsFile.open(run.metrics(), 0)) {
      for (int i = 1; i <= 20; i++) {
        Map<String, Double> row = new LinkedHashMap<>();
        row.put("epoch", i / 5.0);
        row.put("seconds", 1.0 * i);
        row.put("train.loss", 1.0 / i);
        row.put("rate", 0.1);
        if (i % 5 == 0) {
          row.put("validation.loss", 1.5 / i);
          row.put("validation.accuracy", 1 - 1.0 / i);
        }
        metrics.append(i, row);
      }
    }
    return run;
  }

  @Test
  void oneFileWithEverything() throws IOException {
    RunFolder run = run();
    run.update(
        RunStatus.FINISHED,
        "all 20 steps were made",
        75,
        Map.of("test.accuracy", 0.98765, "test.loss", 0.0456));
    Param filters = Param.of(Tensor.zeros(3, 3, 1, 4));
    Path file =
        Report.of(run)
            .with(Section.classifier(predictions()))
            .with(Section.filters(Map.of("conv.weight", filters), Shape.of(2, 2, 1)))
            .with(Section.text("Model", "Dense <4 -> 3>"))
            .write();
    assertEquals(run.report(), file);
    String html = Files.readString(file);
    for (String part :
        List.of(
            "<h1>digits ",
            "status finished",
            "some &lt;data&gt;",
            "98.77 %",
            "0.0456",
            "1 min 15 s",
            "all 20 steps were made",
            "1 &lt; 2 &amp; &quot;3&quot;",
            "Dense &lt;4 -&gt; 3&gt;",
            "best 0.075",
            "best 0.95",
            "Confusion matrix",
            "&lt;dog&gt;",
            "Hardest mistakes",
            "All 4 filters of conv.weight [3, 3, 1, 4]",
            "shinso run digits",
            "prefers-color-scheme: dark",
            "width=device-width")) {
      assertTrue(html.contains(part), part);
    }
    assertFalse(html.contains("://"), "something from elsewhere");
    assertFalse(html.contains("<dog>"), "markup from data");
    assertEquals(5, html.split("<svg", -1).length, "loss with either axis, accuracy and rate");
    for (String picture : List.of("mistakes.png", "filters.png", "curves.png")) {
      assertTrue(Files.size(run.file(picture)) > 50, picture);
    }
  }

  @Test
  void aRunThatHasHardlyBegunAndOneThatFailed() throws IOException {
    RunFolder run =
        RunFolder.create(
            root, RunInfo.starting("r", "smoke", 1, Map.of(), "data", List.of("run", "r")));
    String begun = Files.readString(Report.of(run).write());
    assertTrue(begun.contains("status running"));
    assertFalse(begun.contains("Curves"));
    run.update(RunStatus.FAILED, "step 3: the loss is NaN", 0.5, Map.of("test.loss", Double.NaN));
    String failed = Files.readString(Report.of(run).write());
    assertTrue(failed.contains("<b>step 3: the loss is NaN</b>"));
    assertTrue(failed.contains("<b>NaN</b>"));
  }

  @Test
  void aReportCanBeMadeAgainWithTheSameBytes() throws IOException {
    RunFolder run = run();
    byte[] first =
        Files.readAllBytes(Report.of(run).with(Section.classifier(predictions())).write());
    byte[] second =
        Files.readAllBytes(Report.of(run).with(Section.classifier(predictions())).write());
    assertArrayEquals(first, second);
  }

  @Test
  void whichFirstLayersCanBeDrawn() {
    Shape image = Shape.of(4, 5, 3);
    assertEquals(16, filters(image, 3, 3, 3, 16));
    assertEquals(8, filters(image, 3, 3, 2, 4));
    assertEquals(100, filters(image, 2, 2, 32, 64));
    assertEquals(10, filters(image, 60, 10));
    assertNull(Section.filters(Map.of("w", Param.of(Tensor.zeros(7, 10))), image));
    assertNull(Section.filters(Map.of("b", Param.of(Tensor.zeros(7))), image));
    assertNull(Section.filters(Map.of("w", Param.of(Tensor.zeros(60, 10))), Shape.of(60)));
    // A table or a series is no picture, and neither is a single pixel.
    assertNull(Section.filters(Map.of("w", Param.of(Tensor.zeros(60, 10))), Shape.of(60, 1, 1)));
    assertNull(Section.filters(Map.of("w", Param.of(Tensor.zeros(60, 10))), Shape.of(1, 20, 3)));
    assertNull(Section.filters(Map.of("w", Param.of(Tensor.zeros(1, 1, 3, 10))), image));
  }

  private static int filters(Shape example, int... weight) {
    Map<String, Param> params = new LinkedHashMap<>();
    params.put("scale", Param.of(Tensor.zeros(3)));
    params.put("weight", Param.of(Tensor.zeros(weight)));
    Section section = Section.filters(params, example);
    assertNotNull(section);
    assertNotNull(section.files().get("filters.png"));
    Matcher shown = Pattern.compile("(?:The first|All) (\\d+) ").matcher(section.html());
    assertTrue(shown.find(), section.html());
    return Integer.parseInt(shown.group(1));
  }

  @Test
  void aClassifierWithoutMistakes() {
    Squares right = new Squares(List.of(new float[] {1, 0, 0, 0}), List.of(0));
    List<Section> sections =
        Section.classifier(Predictions.of(Squares.READER, Batches.inOrder(right, 1)));
    assertEquals(
        List.of("Confusion matrix", "Each class"), sections.stream().map(Section::title).toList());
  }

  /** Confusion [[1, 1, 0], [1, 1, 1], [0, 0, 0]]. */
  @Test
  void precisionRecallAndF1OfEachClass() {
    String html = Section.classifier(predictions()).get(1).html();
    List<String> rows =
        Pattern.compile("<tr class=\"[^\"]*\">(.*?)</tr>")
            .matcher(html)
            .results()
            .map(m -> m.group(1).replaceAll("<[^>]*>", " ").strip().replaceAll(" +", " "))
            .toList();
    assertEquals(
        List.of(
            "cat 2 50.00 % 50.00 % 50.00 %",
            "&lt;dog&gt; 3 33.33 % 50.00 % 40.00 %",
            "2 0 – 0.00 % 0.00 %",
            "mean 5 41.67 % 33.33 % 30.00 %"),
        rows);
  }

  @Test
  void aRegressorsErrorsAndPicture() {
    float[] x = {1, 2, 4, 4, 9};
    float[] t = {1, 3, 3, 5, 8};
    Dataset data =
        InMemoryDataset.of(
            "numbers",
            List.of(Column.floats("x", Shape.SCALAR, x), Column.floats("price", Shape.SCALAR, t)));
    Residuals r = Residuals.of(y -> y, Batches.inOrder(data, 2));
    assertEquals(0.8, r.report(0).mae(), 1e-12);
    assertEquals(Math.sqrt(0.8), r.report(0).rmse(), 1e-12);
    assertEquals(1 - 4 / 28.0, r.report(0).rSquared(), 1e-12);
    List<Section> sections = Section.regressor(r);
    assertEquals(
        List.of("Errors", "Predictions of price"), sections.stream().map(Section::title).toList());
    assertTrue(sections.getFirst().html().contains("<td>price</td><td>0.8</td><td>0.894</td>"));
    assertNotNull(sections.getLast().files().get("predictions.png"));
    assertTrue(sections.getLast().html().contains("R² is 0.857."));
    assertEquals(5, r.figure(0).clouds().getFirst().points().size());
    // Two numbers for each example, in batches of several sizes.
    Dataset pairs =
        InMemoryDataset.of(
            "pairs",
            List.of(
                Column.floats("x", Shape.of(2), new float[] {1, 2, 3, 4, 5, 6}),
                Column.floats("t", Shape.of(2), new float[] {1, 3, 3, 5, 5, 8})));
    Residuals two = Residuals.of(y -> y, Batches.inOrder(pairs, 2));
    assertEquals(2, two.outputs());
    assertEquals(0, two.report(0).mae());
    assertEquals(4 / 3.0, two.report(1).mae(), 1e-12);
    assertEquals("t[1]", two.name(1));
    assertThrows(
        IllegalArgumentException.class,
        () -> Residuals.of(y -> y.sum(-1), Batches.inOrder(pairs, 2)));
  }
}
