package shinso.train.report;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import shinso.core.program.Param;
import shinso.core.tensor.DType;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;
import shinso.nn.loss.ClassReport;
import shinso.nn.loss.RegressionReport;
import shinso.train.figure.Figure;
import shinso.train.figure.Html;
import shinso.train.figure.Numbers;
import shinso.train.figure.Pictures;

/**
 * A part of a report.
 *
 * @param title its heading
 * @param html its content
 * @param files what belongs to it as files of the run folder, such as pictures, by their names
 */
public record Section(String title, String html, Map<String, byte[]> files) {
  private static final int HARDEST = 40;
  private static final int MOST_FILTERS = 100;
  private static final int MOST_CLASSES = 40;
  private static final int MOST_OUTPUTS = 4;

  /** Keeps a copy. */
  public Section {
    files = Map.copyOf(files);
  }

  /** Returns a section with a text of fixed width, such as a model's summary. */
  public static Section text(String title, String text) {
    return new Section(title, "<pre>" + Html.escape(text) + "</pre>", Map.of());
  }

  /** Returns a section with names and values. */
  public static Section table(String title, Map<String, String> rows) {
    StringBuilder s = new StringBuilder("<table class=\"facts\">");
    rows.forEach((name, value) ->
        s.append("<tr><th>")
            .append(Html.escape(name))
            .append("</th><td>")
            .append(Html.escape(value))
            .append("</td></tr>"));
    return new Section(title, s.append("</table>").toString(), Map.of());
  }

  /**
   * Returns a section with a table.
   *
   * @param heading the names of the columns
   * @param rows the cells, of each row as many as there are columns; the first is its name
   * @param best the rows whose cells stand out in the second and the further columns, -1 for none
   */
  public static Section grid(
      String title, List<String> heading, List<List<String>> rows, List<Integer> best) {
    StringBuilder s = new StringBuilder("<div class=\"scroll\"><table class=\"grid\"><tr>");
    heading.forEach(name -> s.append("<th>").append(Html.escape(name)).append("</th>"));
    for (int row = 0; row < rows.size(); row++) {
      List<String> cells = rows.get(row);
      s.append("</tr>\n<tr><th>").append(Html.escape(cells.getFirst())).append("</th>");
      for (int column = 1; column < cells.size(); column++) {
        s.append(best.get(column - 1) == row ? "<td class=\"best\">" : "<td>")
            .append(Html.escape(cells.get(column)))
            .append("</td>");
      }
    }
    return new Section(title, s.append("</tr></table></div>").toString(), Map.of());
  }

  /**
   * Returns a section with a table that has a row for each thing that is compared.
   *
   * @param heading the names of the columns
   * @param rows the cells by the names of the rows, in each one fewer than there are columns
   * @param best of each row the cell that stands out, -1 for none
   */
  public static Section comparison(
      String title, List<String> heading, Map<String, List<String>> rows, List<Integer> best) {
    StringBuilder s = new StringBuilder("<div class=\"scroll\"><table class=\"grid\"><tr>");
    heading.forEach(name -> s.append("<th>").append(Html.escape(name)).append("</th>"));
    int row = 0;
    for (Map.Entry<String, List<String>> e : rows.entrySet()) {
      s.append("</tr>\n<tr><th>").append(Html.escape(e.getKey())).append("</th>");
      for (int column = 0; column < e.getValue().size(); column++) {
        s.append(best.get(row) == column ? "<td class=\"best\">" : "<td>")
            .append(Html.escape(e.getValue().get(column)))
            .append("</td>");
      }
      row++;
    }
    return new Section(title, s.append("</tr></table></div>").toString(), Map.of());
  }

  /**
   * Returns a section with a figure, which is a file of the run folder as well.
   *
   * @param file the name of that file
   * @throws IllegalArgumentException if it doesn't end as the figure's files do
   */
  public static Section figure(Figure figure, String file) {
    if (!file.endsWith("." + figure.extension())) {
      throw new IllegalArgumentException(
          "the file of the figure '%s' ends in .%s, not as %s does"
              .formatted(figure.title(), figure.extension(), file));
    }
    return new Section(figure.title(), figure.html(), Map.of(file, figure.file()));
  }

  /**
   * Returns the sections of a classifier: the confusion matrix, recall, precision and F1 of each
   * class, and, if the inputs are images, the mistakes of which it was surest.
   */
  public static List<Section> classifier(Predictions p) {
    List<Section> sections = new ArrayList<>();
    if (p.classes() <= MOST_CLASSES) {
      sections.add(confusion(p));
    }
    sections.add(perClass(p));
    Section mistakes = mistakes(p);
    if (mistakes != null) {
      sections.add(mistakes);
    }
    return List.copyOf(sections);
  }

  private static Section confusion(Predictions p) {
    int[][] counts = p.confusion();
    StringBuilder s =
        new StringBuilder(
            "<div class=\"scroll\"><table class=\"confusion\"><tr><th class=\"corner\">true ╲ taken"
                + " for</th>");
    for (int c = 0; c < p.classes(); c++) {
      s.append("<th>").append(Html.escape(p.className(c))).append("</th>");
    }
    s.append("</tr>");
    for (int row = 0; row < p.classes(); row++) {
      int total = Arrays.stream(counts[row]).sum();
      s.append("<tr><th>").append(Html.escape(p.className(row))).append("</th>");
      for (int column = 0; column < p.classes(); column++) {
        int n = counts[row][column];
        double share = total == 0 ? 0 : (double) n / total;
        // Mistakes are few: their square root is seen, their number read.
        double strength = row == column ? 0.85 * share : Math.min(0.9, 2.5 * Math.sqrt(share));
        s.append(
            String.format(
                Locale.ROOT,
                "<td class=\"%s\" style=\"--p:%.1f%%\" title=\"%s taken for %s: %d of %d\">%s</td>",
                row == column ? "hit" : "miss",
                n == 0 ? 0 : Math.max(4, 100 * strength),
                Html.escape(p.className(row)),
                Html.escape(p.className(column)),
                n,
                total,
                n == 0 ? "·" : Integer.toString(n)));
      }
      s.append("</tr>");
    }
    return new Section("Confusion matrix", s.append("</table></div>").toString(), Map.of());
  }

  private static Section perClass(Predictions p) {
    ClassReport r = p.report();
    StringBuilder s =
        new StringBuilder(
            "<table class=\"bars\"><tr><th>class</th><th>examples</th><th class=\"bar\""
                + " colspan=\"2\">recall</th><th>precision</th><th>F1</th></tr>");
    for (int c = 0; c < p.classes(); c++) {
      String examples = String.format(Locale.ROOT, "%,d", Math.round(r.support(c)));
      row(s, "", p.className(c), examples, r.recall(c), r.precision(c), r.f1(c));
    }
    String all = String.format(Locale.ROOT, "%,d", p.data().size());
    row(s, "mean", "mean", all, r.balancedAccuracy(), r.macroPrecision(), r.macroF1());
    return new Section(
        "Each class",
        "<p class=\"hint\">Recall: of a class, what was taken for it. Precision: of what was taken"
            + " for it, what is of it. F1: their harmonic mean.</p>"
            + s.append("</table>"),
        Map.of());
  }

  private static void row(
      StringBuilder s,
      String kind,
      String name,
      String examples,
      double recall,
      double precision,
      double f1) {
    s.append(
        String.format(
            Locale.ROOT,
            "<tr class=\"%s\"><th>%s</th><td>%s</td><td class=\"bar\"><i"
                + " style=\"width:%.2f%%\"></i></td><td>%s</td><td>%s</td><td>%s</td></tr>",
            kind,
            Html.escape(name),
            examples,
            Double.isNaN(recall) ? 0 : 100 * recall,
            percent(recall),
            percent(precision),
            percent(f1)));
  }

  private static String percent(double share) {
    return Double.isNaN(share) ? "–" : String.format(Locale.ROOT, "%.2f %%", 100 * share);
  }

  /**
   * Returns the sections of a regressor: how far its predictions are off, and a picture of them
   * over the truth, for each number that it predicts (the first four have pictures).
   */
  public static List<Section> regressor(Residuals r) {
    List<Section> sections = new ArrayList<>();
    StringBuilder s =
        new StringBuilder(
            "<table class=\"facts numbers-table\"><tr><th>predicted</th><th>mean absolute"
                + " error</th><th>root mean squared error</th><th>R²</th></tr>");
    for (int i = 0; i < r.outputs(); i++) {
      RegressionReport report = r.report(i);
      s.append("<tr><td>").append(Html.escape(r.name(i)));
      for (double x : List.of(report.mae(), report.rmse(), report.rSquared())) {
        s.append("</td><td>").append(Numbers.text(x));
      }
      s.append("</td></tr>");
    }
    sections.add(
        new Section(
            "Errors",
            "<p class=\"hint\">R² is 1 if all is predicted, and 0 if as well as by the mean.</p>"
                + s.append("</table>"),
            Map.of()));
    for (int i = 0; i < Math.min(r.outputs(), MOST_OUTPUTS); i++) {
      String number = r.outputs() == 1 ? "" : "-" + (i + 1);
      sections.add(figure(r.figure(i), "predictions" + number + ".png"));
    }
    return List.copyOf(sections);
  }

  private static @Nullable Section mistakes(Predictions p) {
    List<Predictions.Mistake> hardest = p.hardest(HARDEST);
    Shape input = p.data().fields().getFirst().shape();
    if (hardest.isEmpty() || !isImage(input)) {
      return null;
    }
    StringBuilder s = new StringBuilder("<div class=\"tiles\">");
    for (Predictions.Mistake m : hardest) {
      String text =
          String.format(
              Locale.ROOT,
              "%s taken for %s (%.1f %%), example %d",
              p.className(m.truth()),
              p.className(m.predicted()),
              100 * m.probability(),
              m.example());
      s.append(
          String.format(
              Locale.ROOT,
              "<figure title=\"%s\"><img alt=\"%s\" src=\"%s\"><figcaption><b>%s</b> →"
                  + " %s<small>%.1f %%</small></figcaption></figure>",
              Html.escape(text),
              Html.escape(text),
              Html.dataUri(Figure.pictures("", p.input(m.example())).scale(1).png()),
              Html.escape(p.className(m.truth())),
              Html.escape(p.className(m.predicted())),
              100 * m.probability()));
    }
    s.append("</div>");
    int[] examples = hardest.stream().mapToInt(Predictions.Mistake::example).toArray();
    List<String> captions =
        hardest.stream()
            .map(m -> p.className(m.truth()) + " → " + p.className(m.predicted()))
            .toList();
    Pictures grid =
        Figure.pictures("Hardest mistakes", p.data().batch(examples).getFirst())
            .columns(10)
            .scale(Math.max(1, 84 / input.dim(1)))
            .captions(captions);
    return new Section(
        "Hardest mistakes",
        "<p class=\"hint\">The truth, what it was taken for, and how sure the model was of"
            + " that.</p>"
            + s,
        Map.of("mistakes.png", grid.png()));
  }

  /** Returns whether an example is a picture and no column or row of numbers. */
  private static boolean isImage(Shape example) {
    return example.rank() == 3
        && example.dim(0) > 1
        && example.dim(1) > 1
        && (example.dim(2) == 1 || example.dim(2) == 3);
  }

  /**
   * Returns a section with what the first layer looks for, or null if that can't be drawn: the
   * filters of a convolution that looks at more than one pixel, or the weights of a dense layer
   * over pictures.
   *
   * @param params the model's parameters, the first layer's first
   * @param example the shape of an input without the batch
   */
  public static @Nullable Section filters(Map<String, Param> params, Shape example) {
    for (Map.Entry<String, Param> e : params.entrySet()) {
      Param w = e.getValue();
      if (w.shape().rank() >= 2 && w.dtype() == DType.F32) {
        Tensor tiles = tiles(w, example);
        if (tiles == null) {
          return null;
        }
        int all = tiles.shape().dim(0);
        int shown = Math.min(MOST_FILTERS, all);
        int side = tiles.shape().dim(1);
        int scale = Math.max(1, (side <= 8 ? 48 : 96) / side);
        Pictures grid =
            Figure.pictures("First layer", tiles.slice(0, 0, shown))
                .aroundZero()
                .columns(Math.min(shown, shown <= 10 ? 5 : shown <= 32 ? 8 : 10))
                .scale(scale);
        String caption =
            (shown < all ? "The first " + shown + " of " + all : "All " + all)
                + " filters of "
                + e.getKey()
                + " "
                + w.shape()
                + "; mid-grey is 0";
        return figure(grid.caption(caption), "filters.png");
      }
    }
    return null;
  }

  private static @Nullable Tensor tiles(Param w, Shape example) {
    Tensor value = w.value();
    Shape s = w.shape();
    if (s.rank() == 4 && s.dim(0) * s.dim(1) > 1) {
      // [kh, kw, in, out]
      if (s.dim(2) == 1 || s.dim(2) == 3) {
        return value.permute(3, 0, 1, 2);
      }
      return value.permute(3, 2, 0, 1).reshape(s.dim(3) * s.dim(2), s.dim(0), s.dim(1), 1);
    }
    if (s.rank() == 2 && isImage(example) && s.dim(0) == example.size()) {
      return value.transpose().reshape(s.dim(1), example.dim(0), example.dim(1), example.dim(2));
    }
    return null;
  }
}
