package shinso.app;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import shinso.zoo.Recipes;
import shinso.zoo.harness.UsageException;

/** The options that choose some of all runs. */
final class RunChoice {
  @Option(
      names = "--recipe",
      paramLabel = "NAME",
      completionCandidates = Candidates.RecipeNames.class,
      description = "Runs of this recipe only; may be repeated.")
  private List<String> recipes = new ArrayList<>();

  @Option(
      names = "--status",
      paramLabel = "STATUS",
      completionCandidates = Candidates.RunStates.class,
      split = ",",
      description = "Runs in this state only: ${COMPLETION-CANDIDATES}; may be repeated.")
  private List<String> states = new ArrayList<>();

  @Option(
      names = "--since",
      paramLabel = "WHEN",
      converter = Converters.When.class,
      description =
          "Runs that were started then or later: 2026-11-29, 2026-11-29T20:03, or 3d ago.")
  private Converters.@Nullable Period since;

  @Option(
      names = "--until",
      paramLabel = "WHEN",
      converter = Converters.When.class,
      description = "Runs that were started before the end of that day or minute.")
  private Converters.@Nullable Period until;

  /**
   * Returns those that are chosen, in their order.
   *
   * @throws UsageException if there is no such recipe among them and in the list, or no such state
   */
  List<KnownRun> of(List<KnownRun> all) {
    List<String> known = Arrays.stream(RunState.values()).map(RunState::toString).toList();
    for (String state : states) {
      if (!known.contains(state)) {
        throw UsageException.unknown("status", state, known);
      }
    }
    for (String recipe : recipes) {
      if (all.stream().noneMatch(r -> r.recipe().equals(recipe))
          && KnownRun.recipe(recipe) == null) {
        Recipes.named(recipe);
      }
    }
    return all.stream().filter(this::isChosen).toList();
  }

  private boolean isChosen(KnownRun run) {
    return (recipes.isEmpty() || recipes.contains(run.recipe()))
        && (states.isEmpty() || states.contains(run.state().toString()))
        && isInTime(run.started());
  }

  /** A run of which nobody knows when it was started is in no period. */
  private boolean isInTime(@Nullable Instant started) {
    Converters.Period from = since;
    Converters.Period to = until;
    if (started == null) {
      return from == null && to == null;
    }
    return (from == null || !started.isBefore(from.start()))
        && (to == null || started.isBefore(to.end()));
  }
}
