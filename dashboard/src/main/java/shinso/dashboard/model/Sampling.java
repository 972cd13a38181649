package shinso.dashboard.model;

import java.util.List;
import org.jspecify.annotations.Nullable;
import shinso.core.random.Rng;
import shinso.core.tensor.Tensor;
import shinso.nn.model.ConditionalSampler;
import shinso.nn.model.Sampler;
import shinso.nn.model.TextSampler;
import shinso.zoo.harness.ClassName;

/** What a model makes up on demand: the same for the same seed, and what {@code sample} makes. */
final class Sampling {
  private static final int MOST = 100;
  private static final int MOST_TEXTS = 10;
  private static final int LONGEST_PROMPT = 2_000;
  private static final int LONGEST_TEXT = 5_000;

  private Sampling() {}

  /**
   * Returns examples.
   *
   * @param fields {@code count} and {@code seed}; {@code class}, its name or number, of a model of
   *     classes
   */
  static Shown examples(OpenModel model, Fields fields) {
    int count = fields.count("count", 16, 1, MOST);
    Rng rng = Rng.of(fields.seed());
    String name = fields.text("class", 200);
    if (name == null) {
      return Shown.of(model.shaped(model.as(Sampler.class, "make up examples").sample(count, rng)));
    }
    ConditionalSampler sampler = model.as(ConditionalSampler.class, "make up examples of a class");
    int number = ClassName.number(name, model.classNames(), sampler.classes());
    Tensor classes = Tensor.iota(count).mul(0).add(number);
    return Shown.of(model.shaped(sampler.sampleGiven(classes, rng)));
  }

  /**
   * Returns texts.
   *
   * @param fields {@code prompt}, {@code count}, {@code length} in characters or words, {@code
   *     temperature}, {@code top} and {@code seed}
   */
  static List<String> texts(OpenModel model, Fields fields) {
    TextSampler writer = model.as(TextSampler.class, "write texts");
    @Nullable String prompt = fields.text("prompt", LONGEST_PROMPT);
    @Nullable Integer top = fields.has("top") ? fields.count("top", 1, 1, 1_000_000) : null;
    return writer.continuations(
        prompt == null ? writer.opening() : prompt,
        fields.count("count", 1, 1, MOST_TEXTS),
        fields.count("length", 300, 1, LONGEST_TEXT),
        new TextSampler.Choice(fields.number("temperature", 1, 0.01, 100), top),
        Rng.of(fields.seed()));
  }
}
