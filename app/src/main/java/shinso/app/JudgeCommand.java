package shinso.app;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import shinso.core.random.Rng;
import shinso.core.tensor.Tensor;
import shinso.nn.model.Sampler;
import shinso.train.UserException;
import shinso.train.data.Dataset;
import shinso.train.data.Split;
import shinso.train.figure.Figure;
import shinso.train.judge.Estimate;
import shinso.train.judge.NearestNeighbours;
import shinso.train.judge.ParzenWindow;
import shinso.train.judge.PrecisionRecall;
import shinso.train.judge.Quantity;
import shinso.train.judge.Ranking;
import shinso.zoo.Recipes;
import shinso.zoo.harness.DataSource;
import shinso.zoo.harness.RecipeRun;
import shinso.zoo.harness.RunPictures;
import shinso.zoo.harness.Score;
import shinso.zoo.harness.UsageException;
import shinso.zoo.judge.PictureJudge;

/** {@code shinso judge}: the models of several runs beside each other. */
@Command(
    name = "judge",
    mixinStandardHelpOptions = true,
    description =
        "Compare the generative models of runs: their likelihoods, as far as they can be compared,"
            + " and their samples.",
    footer = {
      "",
      "Likelihoods are those that the runs measured. If the data has pictures in",
      "classes, samples are compared with the first run's test examples by the",
      "features of a LeNet that is trained for it. The Parzen window is there",
      "because papers have it, not to choose by."
    })
final class JudgeCommand implements Runnable {
  private static final int VALIDATION = 1_000;
  private static final int SHOWN = 10;
  private static final String NONE = "–";

  @ParentCommand private Main main;
  @Mixin private Threads threads;
  @Mixin private RunsFolder runs;
  @Mixin private JsonOption json;

  /** What is said, for programs. */
  private final Map<String, Object> fields = new LinkedHashMap<>();

  @Parameters(
      arity = "1..*",
      paramLabel = "RUN",
      description = "Runs' folders, or what their names begin with.")
  private List<String> names = new ArrayList<>();

  @Option(
      names = "--samples",
      paramLabel = "N",
      converter = Converters.Count.class,
      description = "How many samples of each model (default: 2,000).")
  private int samples = 2_000;

  @Option(
      names = "--epochs",
      paramLabel = "N",
      converter = Converters.Count.class,
      description = "Passes of the LeNet over the training examples (default: 3).")
  private int epochs = 3;

  @Option(
      names = "--seed",
      paramLabel = "N",
      converter = Converters.Seed.class,
      description = "What draws and the LeNet follow from (default: 1).")
  private long seed = 1;

  @Option(
      names = "--out",
      paramLabel = "FILE",
      description = "PNG file for samples and their neighbours (default: judged.png).")
  private Path out = Path.of("judged.png");

  @Override
  public void run() {
    threads.apply();
    Path file = PictureFiles.png(out);
    List<RecipeRun> opened =
        names.stream().map(n -> RecipeRun.open(runs.folder(), n, Recipes::ofRun)).toList();
    opened.forEach(RecipeRun::report);
    likelihoods(opened);
    samples(opened, file);
    if (json.isGiven()) {
      JsonOption.print(main.out(), fields);
    }
  }

  /** Says a line to people. */
  private void say(String line) {
    if (!json.isGiven()) {
      main.out().println(line);
    }
  }

  private static String name(RecipeRun run) {
    return run.folder().path().getFileName().toString();
  }

  // ---- likelihoods

  private void likelihoods(List<RecipeRun> opened) {
    List<Ranking> rankings = new ArrayList<>();
    List<String> reasons = new ArrayList<>();
    for (RecipeRun run : opened) {
      for (Score score : run.scores()) {
        if (score.quantity().protocol() != null) {
          rank(name(run), score, rankings, reasons);
        }
      }
    }
    List<Map<String, Object>> rows = new ArrayList<>();
    for (int i = 0; i < rankings.size(); i++) {
      if (!reasons.get(i).isEmpty()) {
        say("Apart, since " + reasons.get(i));
      }
      table(rankings.get(i));
      for (Ranking.Entry e : rankings.get(i).entries()) {
        rows.add(row(e, i + 1, reasons.get(i)));
      }
    }
    fields.put("likelihoods", rows);
    if (rankings.isEmpty()) {
      say("No run has measured a likelihood.");
    }
  }

  /** Puts a number into the first ranking that takes it, or into a new one. */
  private static void rank(String run, Score score, List<Ranking> rankings, List<String> reasons) {
    String full = score.quantity().name();
    int comma = full.indexOf(", ");
    String model = comma < 0 ? run : run + full.substring(comma);
    Quantity q = score.quantity();
    Quantity measured =
        new Quantity(
            comma < 0 ? full : full.substring(0, comma), q.unit(), q.better(), q.protocol());
    String reason = "";
    for (int i = 0; i < rankings.size(); i++) {
      try {
        rankings.set(i, rankings.get(i).with(model, measured, score.estimate()));
        return;
      } catch (UserException e) {
        reason = reason.isEmpty() ? String.valueOf(e.getMessage()) : reason;
      }
    }
    rankings.add(Ranking.empty().with(model, measured, score.estimate()));
    reasons.add(reason);
  }

  /**
   * Returns a likelihood for programs.
   *
   * @param group likelihoods of the same one can be compared
   */
  private static Map<String, Object> row(Ranking.Entry e, int group, String reason) {
    Map<String, Object> row = new LinkedHashMap<>();
    row.put("model", e.model());
    row.put("group", group);
    if (!reason.isEmpty()) {
      row.put("apart", reason);
    }
    row.put("quantity", e.quantity().name());
    row.put("value", JsonOption.number(e.value().value()));
    row.put("error", JsonOption.number(e.value().error()));
    row.put("text", e.quantity().text(e.value()));
    row.put("protocol", String.valueOf(e.quantity().protocol()));
    return row;
  }

  private void table(Ranking ranking) {
    List<List<String>> rows = new ArrayList<>();
    Quantity first = ranking.entries().getFirst().quantity();
    rows.add(List.of("model", first.name(), "measured on"));
    for (Ranking.Entry e : ranking.entries()) {
      rows.add(
          List.of(
              e.model(), e.quantity().text(e.value()), String.valueOf(e.quantity().protocol())));
    }
    TextTable.lines(rows).forEach(this::say);
    say("");
  }

  // ---- samples

  private void samples(List<RecipeRun> opened, Path file) {
    List<RecipeRun> able = opened.stream().filter(r -> r.can(Sampler.class)).toList();
    opened.stream()
        .filter(r -> !able.contains(r))
        .forEach(r -> say(name(r) + ": its model makes no examples up"));
    if (able.isEmpty()) {
      return;
    }
    RecipeRun first = able.getFirst();
    Split data = first.data();
    boolean canJudge = PictureJudge.canJudge(data);
    int compared = Math.min(samples, data.test().size());
    if (canJudge && compared < PictureJudge.LEAST) {
      throw new UsageException(
          "%d samples and test examples are too few to compare; take --samples %d or more"
              .formatted(compared, PictureJudge.LEAST));
    }
    PictureJudge judge =
        canJudge ? PictureJudge.of(data, samples, epochs, Rng.of(seed).split("judge")) : null;
    List<List<String>> rows = new ArrayList<>(List.of(heading(judge != null)));
    List<Tensor> shown = new ArrayList<>();
    Dataset held = held(data);
    int others = data.train().size() - (data.validation().size() > 0 ? 0 : held.size());
    Tensor seen = data.train().limit(Math.min(samples, others)).whole().getFirst();
    row(rows, shown, "training examples", seen, data, held, judge);
    for (RecipeRun run : able) {
      if (!run.input().equals(first.input())) {
        throw new UsageException(
            "examples of %s are of shape %s and those of %s of shape %s; judge them apart"
                .formatted(name(first), first.input(), name(run), run.input()));
      }
      Sampler model = run.model(Sampler.class, "make up examples");
      Tensor made = RunPictures.shaped(run, model.sample(samples, Rng.of(seed)));
      String own = dataName(run);
      boolean isSame = own.equals(dataName(first));
      row(rows, shown, name(run), made, data, isSame ? held : null, judge);
      if (!isSame) {
        say(
            ("%s is about %s and %s about %s: its samples stand beside test examples of %s, but"
                    + " training examples and Parzen windows of the one are not for the other")
                .formatted(name(run), own, name(first), dataName(first), dataName(first)));
      }
    }
    TextTable.lines(rows).forEach(this::say);
    fields.put("samples", named(rows));
    Tensor test = data.test().limit(samples).whole().getFirst();
    Estimate usual = NearestNeighbours.of(test, data.train()).mean();
    fields.put("testToTraining", JsonOption.number(usual.value()));
    say(
        "Test examples are %s away from training examples; samples much nearer are copies."
            .formatted(number(usual)));
    say(
        "Don't choose by Parzen windows: centres of clusters are better by them than the data"
            + " itself.");
    if (judge == null) {
      say("The data has no pictures in classes, so no LeNet was asked.");
    }
    if (RunPictures.areImages(shown.getFirst())) {
      Figure.pictures("Samples", Tensor.concat(0, shown)).columns(SHOWN).scale(3).write(file);
      fields.put("picture", file.toString());
      say("samples, and under each row their nearest training examples: " + file);
    }
  }

  private static String dataName(RecipeRun run) {
    DataSource data = run.setup().data();
    return data == null ? "no data" : data.name();
  }

  /** Returns examples to choose a width by, of which no sample of training examples is made. */
  private static Dataset held(Split data) {
    if (data.validation().size() > 0) {
      return data.validation();
    }
    int n = data.train().size();
    int last = Math.min(VALIDATION, n / 2);
    return data.train().subset(IntStream.range(n - last, n).toArray());
  }

  /** Returns rows with the names of their columns, which the first of them has. */
  private static List<Map<String, String>> named(List<List<String>> rows) {
    List<Map<String, String>> named = new ArrayList<>();
    for (List<String> row : rows.subList(1, rows.size())) {
      Map<String, String> fields = new LinkedHashMap<>();
      for (int i = 0; i < row.size(); i++) {
        fields.put(rows.getFirst().get(i), row.get(i));
      }
      named.add(fields);
    }
    return named;
  }

  private static List<String> heading(boolean judged) {
    List<String> all = new ArrayList<>(List.of("samples of"));
    if (judged) {
      all.addAll(
          List.of(
              "Fréchet", "kernel", "precision", "recall", "density", "coverage", "train on them"));
    }
    all.addAll(List.of("to training examples", "Parzen window, nats"));
    return all;
  }

  /**
   * Adds a row.
   *
   * @param held by which the window's width is chosen; null for samples of other data's kind
   */
  private void row(
      List<List<String>> rows,
      List<Tensor> shown,
      String name,
      Tensor made,
      Split data,
      @Nullable Dataset held,
      @Nullable PictureJudge judge) {
    List<String> cells = new ArrayList<>(List.of(name));
    if (judge != null) {
      PictureJudge.Verdict v = judge.judge(made);
      PrecisionRecall o = v.overlap();
      cells.addAll(
          List.of(
              number(v.frechet()),
              number(v.kernel()),
              percent(o.precision()),
              percent(o.recall()),
              String.format(Locale.ROOT, "%.2f", o.density()),
              percent(o.coverage()),
              percent(v.synthetic())));
    }
    NearestNeighbours near = NearestNeighbours.of(made, data.train());
    cells.add(held == null ? NONE : number(near.mean()));
    cells.add(held == null ? NONE : number(ParzenWindow.fit(made, held).mean(data.test())));
    rows.add(cells);
    int some = Math.min(SHOWN, made.shape().dim(0));
    shown.add(made.slice(0, 0, some));
    int[] nearest = Arrays.copyOf(near.index(), some);
    shown.add(data.train().batch(nearest).getFirst());
  }

  private static String percent(double share) {
    return String.format(Locale.ROOT, "%.1f %%", 100 * share);
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.4g", value);
  }

  private static String number(Estimate e) {
    return String.format(Locale.ROOT, "%.4g ± %.2g", e.value(), e.error());
  }
}
