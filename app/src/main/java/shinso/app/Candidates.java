package shinso.app;

import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import shinso.train.data.catalog.Catalog;
import shinso.train.data.catalog.KnownSet;
import shinso.zoo.Recipes;
import shinso.zoo.convolution.Architecture;
import shinso.zoo.harness.Budget;
import shinso.zoo.harness.DataSource;
import shinso.zoo.harness.Recipe;
import shinso.zoo.harness.TableFile;
import shinso.zoo.sweep.Method;
import shinso.zoo.sweep.Metric;

/** Words that a shell completes; looked up when its script is made, not at every start. */
final class Candidates {
  private Candidates() {}

  /** Returns the names of a command's commands that users are told of. */
  static List<String> commands(CommandSpec command) {
    return command.subcommands().entrySet().stream()
        .filter(c -> !c.getValue().getCommandSpec().usageMessage().hidden())
        .map(Map.Entry::getKey)
        .toList();
  }

  /** Names of recipes. */
  static final class RecipeNames implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return Recipes.all().stream().map(Recipe::name).iterator();
    }
  }

  /** Names of data sets that a recipe runs on. */
  static final class DataNames implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return Recipes.all().stream()
          .flatMap(recipe -> recipe.data().stream())
          .map(DataSource::name)
          .distinct()
          .iterator();
    }
  }

  /** What the target of a table may be. */
  static final class Tasks implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return Arrays.stream(TableFile.Task.values()).map(TableFile.Task::toString).iterator();
    }
  }

  /** Networks for a user's own pictures. */
  static final class ImageModels implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return Architecture.names().iterator();
    }
  }

  /** Names of data sets that can be fetched. */
  static final class SetNames implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return Catalog.sets().stream().map(KnownSet::name).iterator();
    }
  }

  /** What a model of a text predicts. */
  static final class TextLevels implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return List.of("characters", "words").iterator();
    }
  }

  /** Names of commands. */
  static final class Commands implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      Class<?>[] commands = command(Main.class).subcommands();
      return Arrays.stream(commands)
          .map(Commands::command)
          .filter(c -> !c.hidden())
          .map(Command::name)
          .iterator();
    }

    private static Command command(Class<?> type) {
      return Objects.requireNonNull(type.getAnnotation(Command.class));
    }
  }

  /** How runs may be. */
  static final class RunStates implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return Arrays.stream(RunState.values()).map(RunState::toString).iterator();
    }
  }

  /** By what runs are sorted. */
  static final class RunOrders implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return RunsListCommand.ORDERS.iterator();
    }
  }

  /** How the trials of a sweep are chosen. */
  static final class SweepMethods implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return Method.names().iterator();
    }
  }

  /** Which direction of a number is good. */
  static final class SweepGoals implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return Metric.GOALS.iterator();
    }
  }

  /** Shells that can complete. */
  static final class Shells implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return List.of("bash", "zsh", "fish").iterator();
    }
  }

  /** Names of budgets. */
  static final class BudgetNames implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return Arrays.stream(Budget.values()).map(Budget::toString).iterator();
    }
  }
}
