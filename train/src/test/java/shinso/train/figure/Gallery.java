package shinso.train.figure;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import shinso.core.random.Rng;
import shinso.core.tensor.Tensor;

/**
 * One figure of each kind, with data as recipes have them; its main writes them to be looked at.
 */
final class Gallery {
  private static final Rng RNG = Rng.of(7);

  private Gallery() {}

  /** Returns the figures by the names of their files. */
  static Map<String, Figure> figures() {
    Map<String, Figure> all = new LinkedHashMap<>();
    all.put(
        "pictures",
        digits(36).captions(IntStream.range(0, 36).mapToObj(i -> i % 10 + " → " + i % 7).toList()));
    all.put("filters", Figure.pictures("Filters", Tensor.normal(RNG.split(2), 64, 20), 8, 8));
    all.put("lines", lines());
    all.put("lines-log", logarithmic());
    all.put("curves", noisy());
    all.put("heat-map", confusion());
    all.put("heat-map-diverging", correlations());
    all.put("contours", contours());
    all.put("contours-lines", Figure.contours("Two wells", wells()).axes("x", "y").lines());
    all.put("scatter", ring());
    all.put("scatter-classes", classes());
    all.put("surface", surface());
    all.put("histogram", histogram());
    all.put("histogram-many", many());
    all.put("bars", bars());
    all.put("bars-many", manyBars());
    all.put("parallel-coordinates", trials(24));
    all.put("parallel-coordinates-many", trials(200).size(1000, 420));
    all.put(
        "animation",
        Figure.animation(
                "The generator learns a ring",
                IntStream.range(0, 12).mapToObj(Gallery::ring).toList())
            .milliseconds(300));
    all.put(
        "animation-pictures",
        Figure.animation("Gibbs chain", digits(48).images().reshape(12, 4, 16, 16, 1)));
    all.put(
        "panels",
        Figure.panels(
            "Four views of one run",
            List.of(noisy(), ring(), digits(9), contours().size(560, 300)),
            2));
    all.put(
        "empty",
        Figure.panels(
            "Nothing",
            List.of(
                Figure.lines("no lines"),
                Figure.scatter("no points"),
                Figure.histogram("no values"),
                Figure.bars("no bars", List.of()),
                Figure.heatMap("one cell", new double[][] {{Double.NaN}}),
                Figure.contours("constant", Region.of(0, 1, 0, 1).values((x, y) -> 3))),
            3));
    return all;
  }

  private static Scatter ring() {
    return ring(11);
  }

  private static Scatter ring(int step) {
    double[] a = Tensor.normal(RNG.split(30), 400, 2).toDoubleArray();
    double[] b = Tensor.normal(RNG.split(31), 400, 2).toDoubleArray();
    double[][] xy = new double[4][400];
    for (int i = 0; i < 400; i++) {
      double angle = Math.PI * (i % 8) / 4;
      double far = 2 * Math.min(1, step / 10.0);
      xy[0][i] = 2 * Math.cos(angle) + 0.1 * a[2 * i];
      xy[1][i] = 2 * Math.sin(angle) + 0.1 * a[2 * i + 1];
      xy[2][i] = far * Math.cos(angle) + 0.15 * b[2 * i];
      xy[3][i] = far * Math.sin(angle) + 0.15 * b[2 * i + 1];
    }
    return Figure.scatter("step " + 500 * step)
        .equalAxes()
        .xRange(-3, 3)
        .yRange(-2.6, 2.6)
        .points("data", xy[0], xy[1])
        .points("generated", xy[2], xy[3]);
  }

  private static Scatter classes() {
    double[] a = Tensor.normal(RNG.split(32), 1000, 2).toDoubleArray();
    float[] xy = new float[2000];
    int[] labels = new int[1000];
    for (int i = 0; i < 1000; i++) {
      labels[i] = i % 10;
      xy[2 * i] = (float) (a[2 * i] + 4 * Math.cos(labels[i]));
      xy[2 * i + 1] = (float) (a[2 * i + 1] + 4 * Math.sin(2.3 * labels[i]));
    }
    return Figure.scatter("Two hidden units of an auto-encoder")
        .axes("h₁", "h₂")
        .points(
            Tensor.of(xy, 1000, 2),
            labels,
            IntStream.range(0, 10).mapToObj(Integer::toString).toList());
  }

  private static ParallelCoordinates trials(int n) {
    double[] u = Tensor.uniform(RNG.split(33), n, 3).toDoubleArray();
    double[][] columns = new double[4][n];
    List<String> optimisers = List.of("sgd", "momentum", "adam");
    List<String> chosen = IntStream.range(0, n).mapToObj(i -> optimisers.get(i % 3)).toList();
    for (int i = 0; i < n; i++) {
      columns[0][i] = Math.pow(10, -4 + 3 * u[3 * i]);
      columns[1][i] = 16 * (1 + Math.floor(16 * u[3 * i + 1]));
      columns[2][i] = 0.1 * Math.floor(6 * u[3 * i + 2]);
      double off = Math.log10(columns[0][i]) + 2.3;
      columns[3][i] = i == 5 ? Double.NaN : 0.985 - 0.03 * off * off - 0.004 * (i % 3);
    }
    return Figure.parallelCoordinates(
            "Trials", IntStream.range(0, n).mapToObj(i -> "trial " + (i + 1)).toList())
        .logarithms("rate", columns[0])
        .numbers("hidden", columns[1])
        .words("optimiser", optimisers, chosen)
        .numbers("dropout", columns[2])
        .numbers("validation accuracy", columns[3])
        .best(Lines.Best.LARGEST);
  }

  private static Surface surface() {
    Grid z =
        Region.of(-3, 3, -3, 3)
            .values((x, y) ->
                3 * Math.pow(1 - x, 2) * Math.exp(-x * x - (y + 1) * (y + 1))
                    - 10 * (x / 5 - x * x * x - Math.pow(y, 5)) * Math.exp(-x * x - y * y)
                    - Math.exp(-(x + 1) * (x + 1) - y * y) / 3);
    return Figure.surface("Peaks", z)
        .axes("w₁", "w₂", "loss")
        .path(
            "descent",
            new double[] {0.1, 0.2, 0.25, 0.3, 0.28, 0.25, 0.23},
            new double[] {1.5, 0.8, 0.2, -0.5, -1, -1.4, -1.6});
  }

  private static Histogram histogram() {
    double[] v = Tensor.normal(RNG.split(33), 2000).toDoubleArray();
    return Figure.histogram("Log-weights of annealed importance sampling")
        .axes("log w − log Z (nats)", "")
        .values("forward", v);
  }

  private static Histogram many() {
    Histogram h = Figure.histogram("Activations").axes("activation", "").density();
    for (int i = 0; i < 3; i++) {
      double[] v =
          Tensor.normal(RNG.split(40 + i), 500 * (i + 1)).mul(0.5 + 0.3 * i).add(i).toDoubleArray();
      v[0] = Double.NaN;
      h = h.values("layer " + i, v);
    }
    return h.bins(20);
  }

  private static Bars bars() {
    return Figure.bars(
            "Test accuracy of digit classifiers", List.of("softmax", "MLP", "MLP + dropout", "CNN"))
        .axes("", "accuracy (%)")
        .series("ours", new double[] {92.4, 98.6, 98.9, 99.5}, new double[] {0.3, 0.1, 0.1, 0.05})
        .series("reported", 91.6, 98.4, 98.9, Double.NaN)
        .yRange(88, 101)
        .level("human", 99.8);
  }

  private static Bars manyBars() {
    List<String> names = IntStream.range(0, 24).mapToObj(i -> "recipe-number-" + i).toList();
    return Figure.bars("Seconds of a step", names)
        .axes("", "milliseconds")
        .series("Shinso", IntStream.range(0, 24).mapToDouble(i -> 3 + Math.sin(i)).toArray())
        .series("change", IntStream.range(0, 24).mapToDouble(i -> Math.cos(i)).toArray());
  }

  static Pictures digits(int n) {
    float[] v = new float[n * 16 * 16];
    for (int i = 0; i < v.length; i++) {
      int k = i / 256;
      double x = i % 16 - 7.5;
      double y = i / 16 % 16 - 7.5;
      double r = Math.hypot(x, y);
      v[i] =
          (float) Math.exp(-0.5 * Math.pow(r - 2 - k % 6, 2))
              * (Math.atan2(y, x) > k % 5 - 3 ? 1 : 0.2f);
    }
    return Figure.pictures("Samples", Tensor.of(v, n, 16, 16, 1));
  }

  static double[] range(int n, double step) {
    return IntStream.range(0, n).mapToDouble(i -> i * step).toArray();
  }

  private static Lines lines() {
    double[] x = range(31, 1);
    Lines lines =
        Figure.lines("Test log-likelihood of restricted Boltzmann machines on binary MNIST")
            .axes("epoch", "log-likelihood (nats)");
    for (int k : List.of(1, 5, 25)) {
      double end = -110 + 8 * Math.log(k);
      double[] y =
          IntStream.range(0, 31)
              .mapToDouble(i -> end - 90 * Math.exp(-i / (3.0 + k / 8.0)))
              .toArray();
      lines = lines.series("CD-" + k, x, y);
      lines = lines.band("CD-" + k, x, shift(y, -5), shift(y, 5));
    }
    return lines
        .level("reported (Salakhutdinov and Murray 2008)", -86.34)
        .caption("Bands are three standard errors.");
  }

  private static double[] shift(double[] y, double by) {
    return IntStream.range(0, y.length).mapToDouble(i -> y[i] + by).toArray();
  }

  private static Lines logarithmic() {
    double[] x = IntStream.range(0, 9).mapToDouble(i -> Math.pow(10, i / 2.0)).toArray();
    Lines lines =
        Figure.lines("Error by number of examples")
            .axes("training examples", "test error")
            .logX()
            .logY();
    for (int i = 0; i < 10; i++) {
      int k = i;
      double[] y =
          IntStream.range(0, 9)
              .mapToDouble(j -> (0.9 - 0.05 * k) * Math.pow(x[j], -0.1 - 0.04 * k))
              .toArray();
      lines = lines.series("model " + i, x, y);
    }
    return lines;
  }

  static Lines noisy() {
    double[] noise = Tensor.normal(RNG.split(1), 600).toDoubleArray();
    double[] x = range(600, 0.05);
    double[] y =
        IntStream.range(0, 600)
            .mapToDouble(i -> 2.3 * Math.exp(-i / 60.0) + 0.05 * Math.exp(0.3 * noise[i]))
            .toArray();
    double[] vx = range(30, 1);
    double[] vy =
        IntStream.range(0, 30)
            .mapToDouble(i -> 2 * Math.exp(-i / 3.0) + 0.07 + 0.001 * i)
            .toArray();
    return Figure.lines("loss")
        .axes("epoch", "")
        .size(560, 300)
        .series("train", x, y)
        .series("validation", vx, vy)
        .best("validation", Lines.Best.SMALLEST)
        .smooth()
        .logY();
  }

  private static HeatMap confusion() {
    double[][] rows = new double[10][10];
    for (int i = 0; i < 10; i++) {
      for (int j = 0; j < 10; j++) {
        rows[i][j] = i == j ? 960 + 3 * i : (i * 7 + j * 3) % 11 == 0 ? i + j : 0;
      }
    }
    List<String> names =
        List.of(
            "T-shirt",
            "trouser",
            "pullover",
            "dress",
            "coat",
            "sandal",
            "shirt",
            "sneaker",
            "bag",
            "boot");
    return Figure.heatMap("Confusion matrix", rows)
        .axes("taken for", "true class")
        .rows(names)
        .columns(names);
  }

  private static HeatMap correlations() {
    double[][] rows = new double[24][60];
    for (int i = 0; i < 24; i++) {
      for (int j = 0; j < 60; j++) {
        rows[i][j] =
            i == 5 && j > 40 && j < 46 ? Double.NaN : Math.sin(0.3 * i) * Math.cos(0.2 * j);
      }
    }
    return Figure.heatMap("Hidden states over time", rows).diverging().axes("time step", "unit");
  }

  private static Grid wells() {
    return Region.of(-2, 2, -1.5, 1.5).values((x, y) -> Math.pow(x * x - 1, 2) + y * y + 0.3 * x);
  }

  private static Contours contours() {
    Contours c =
        Figure.contours(
                "Rosenbrock's valley",
                Region.of(-2, 2, -1, 3)
                    .values((x, y) -> Math.pow(1 - x, 2) + 100 * Math.pow(y - x * x, 2)))
            .logLevels(12)
            .axes("w₁", "w₂");
    double[] rates = {0.0012, 0.0005};
    String[] names = {"gradient descent", "momentum 0.9"};
    for (int k = 0; k < 2; k++) {
      double[] xs = new double[300];
      double[] ys = new double[300];
      double x = -1.4;
      double y = 2.2;
      double vx = 0;
      double vy = 0;
      for (int i = 0; i < 300; i++) {
        xs[i] = x;
        ys[i] = y;
        double gx = -2 * (1 - x) - 400 * x * (y - x * x);
        double gy = 200 * (y - x * x);
        vx = (k == 1 ? 0.9 : 0) * vx - rates[k] * gx;
        vy = (k == 1 ? 0.9 : 0) * vy - rates[k] * gy;
        x += vx;
        y += vy;
      }
      c = c.path(names[k], xs, ys);
    }
    return c.point("minimum", 1, 1);
  }

  /** Writes all figures, and a page with them, into a folder. */
  public static void main(String[] arguments) throws IOException {
    Path folder = Path.of(arguments[0]);
    Files.createDirectories(folder);
    StringBuilder page =
        new StringBuilder(
            "<!doctype html><meta charset=\"utf-8\"><meta name=\"color-scheme\" content=\"light dark\"><body style=\"max-width:860px;margin:auto\">");
    for (Map.Entry<String, Figure> e : figures().entrySet()) {
      long start = System.nanoTime();
      e.getValue().write(folder.resolve(e.getKey() + "." + e.getValue().extension()));
      String html = e.getValue().html();
      page.append(html).append("<p></p>\n");
      if (e.getValue() instanceof Animation) {
        ImageReader gif = ImageIO.getImageReadersByFormatName("gif").next();
        gif.setInput(ImageIO.createImageInputStream(folder.resolve(e.getKey() + ".gif").toFile()));
        ImageIO.write(gif.read(5), "png", folder.resolve(e.getKey() + "-frame.png").toFile());
      }
      System.out.printf(
          Locale.ROOT,
          "%s: %d ms, %d kB of HTML%n",
          e.getKey(),
          (System.nanoTime() - start) / 1_000_000,
          html.length() / 1000);
    }
    Files.writeString(folder.resolve("index.html"), page);
  }
}
