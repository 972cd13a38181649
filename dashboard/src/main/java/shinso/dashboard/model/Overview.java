package shinso.dashboard.model;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import shinso.core.tensor.Shape;
import shinso.nn.model.ChainSampler;
import shinso.nn.model.Classifier;
import shinso.nn.model.Completer;
import shinso.nn.model.ConditionalSampler;
import shinso.nn.model.Decoder;
import shinso.nn.model.LatentVariableModel;
import shinso.nn.model.Sampler;
import shinso.nn.model.TextSampler;
import shinso.train.UserException;

/**
 * What a model is and can do.
 *
 * @param recipe the name
 * @param summary what the recipe does, in a line
 * @param since where a model's parameters are from whose training hasn't finished; else null
 * @param input the shape of an example, {@code [height, width, channels]} of pictures
 * @param drawable whether pictures can be drawn for it
 * @param classes their names; empty if there are none
 * @param examples how many test examples there are to choose from; 0 without the data
 * @param abilities one for each part of the page
 * @param opening what a text begins with if nothing else is given; null if it writes none
 */
record Overview(
    String recipe,
    String summary,
    @Nullable String since,
    List<Integer> input,
    boolean drawable,
    List<String> classes,
    int examples,
    List<Ability> abilities,
    @Nullable String opening) {
  /** Keeps copies. */
  Overview {
    input = List.copyOf(input);
    classes = List.copyOf(classes);
    abilities = List.copyOf(abilities);
  }

  /**
   * Something that models can do.
   *
   * @param name {@code classify}, {@code complete}, {@code explore}, {@code encode}, {@code
   *     sample}, {@code sample-given}, {@code write} or {@code chain}
   * @param why why the model can't; null if it can
   */
  record Ability(String name, boolean can, @Nullable String why) {}

  static Overview of(OpenModel model) {
    Shape shape = model.shape();
    boolean drawable = model.run().setup().data() != null && inputProblem(model) == null;
    List<Ability> all = new ArrayList<>();
    all.add(ofPictures(model, "classify", Classifier.class, "tell classes apart"));
    all.add(ofPictures(model, "complete", Completer.class, "fill in what is missing"));
    boolean explorable = model.can(LatentVariableModel.class) || model.can(Decoder.class);
    all.add(ability("explore", explorable, model.whyNot("turn codes into examples")));
    all.add(of(model, "encode", LatentVariableModel.class, "turn pictures into codes"));
    all.add(of(model, "sample", Sampler.class, "make up examples"));
    all.add(of(model, "sample-given", ConditionalSampler.class, "make up examples of a class"));
    all.add(of(model, "write", TextSampler.class, "write texts"));
    all.add(of(model, "chain", ChainSampler.class, "be watched step by step"));
    TextSampler writer = model.can(TextSampler.class) ? model.as(TextSampler.class, "write") : null;
    return new Overview(
        model.run().recipe().name(),
        model.run().recipe().card().summary(),
        model.latest().since(),
        IntStream.of(shape.dims()).boxed().toList(),
        drawable,
        model.classNames(),
        model.examples().size(),
        all,
        writer == null ? null : writer.opening());
  }

  private static @Nullable String inputProblem(OpenModel model) {
    try {
      model.input();
      return null;
    } catch (UserException e) {
      return e.getMessage();
    }
  }

  private static Ability of(OpenModel model, String name, Class<?> ability, String verb) {
    return ability(name, model.can(ability), model.whyNot(verb));
  }

  private static Ability ofPictures(OpenModel model, String name, Class<?> ability, String verb) {
    String problem = model.can(ability) ? inputProblem(model) : model.whyNot(verb);
    // Examples can be chosen where nothing can be drawn.
    boolean chosen = model.can(ability) && model.examples().size() > 0 && isPicture(model);
    return ability(name, problem == null || chosen, problem);
  }

  private static boolean isPicture(OpenModel model) {
    Shape s = model.shape();
    return s.rank() == 3 && (s.dim(2) == 1 || s.dim(2) == 3);
  }

  private static Ability ability(String name, boolean can, @Nullable String why) {
    return new Ability(name, can, can ? null : why);
  }
}
