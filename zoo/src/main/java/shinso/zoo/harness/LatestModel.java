package shinso.zoo.harness;

import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.util.Collection;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import shinso.core.program.Param;
import shinso.nn.layer.Parameters;
import shinso.train.file.FileException;
import shinso.train.loop.Screen;

/**
 * The newest model that a run has: the trained one or, while it trains, that of the last
 * checkpoint.
 *
 * @param model implements the interfaces of what it can do
 * @param since in words, where the values of its parameters are from; null if training has finished
 */
public record LatestModel(Object model, @Nullable String since) {
  /** The parameters that stages have given values. */
  private static final class Seen implements Run.Peek {
    private final Set<Param> params = Collections.newSetFromMap(new IdentityHashMap<>());
    private @Nullable String how;

    @Override
    public void at(String how, Collection<Param> given) {
      params.addAll(given);
      this.how = how;
    }
  }

  /**
   * Returns the model of a run.
   *
   * <p>One that is at work is replayed as far as it is, and nothing is computed or written. Where
   * that ends the model may be one of parts, of which only some have learned.
   *
   * @throws FileException if no stage has learned a part of the model yet, or a file is damaged
   */
  static <M> LatestModel of(RecipeRun run, Recipe<M> recipe, M model) {
    var params = Parameters.all(model).values();
    if (params.isEmpty()) {
      return new LatestModel(model, null);
    }
    if (Files.exists(run.folder().model())) {
      run.folder().loadModel(Parameters.all(model));
      return new LatestModel(model, null);
    }
    Seen seen = new Seen();
    Screen nowhere = Screen.lines(new PrintStream(OutputStream.nullOutputStream()));
    Run.Mode mode = new Run.Mode(nowhere, () -> false, null, false, null, Watcher.NONE, null, seen);
    try {
      recipe.run(new Run(run.folder(), recipe, run.setup(), mode), model);
    } catch (Stopped e) {
      // As far as it is.
    }
    if (seen.how == null || Collections.disjoint(seen.params, params)) {
      throw new FileException(
          "the run %s has no model yet, since it is %s and has written no checkpoint of it"
              .formatted(run.folder().path(), run.folder().info().status()));
    }
    return new LatestModel(model, seen.how);
  }
}
