package shinso.nn.optim;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import shinso.core.program.Param;
import shinso.core.program.Update;
import shinso.core.tensor.Tensor;

/**
 * Different rules for different parameters: each parameter belongs to the first group that takes
 * it.
 *
 * <pre>{@code
 * Optimizer rule =
 *     ParameterGroups.of("head", head::contains, Adam.of(1e-3)).otherwise("body", Adam.of(1e-5));
 * }</pre>
 */
public final class ParameterGroups implements Optimizer {
  private record Group(String name, Predicate<Param> which, Optimizer rule) {}

  private final List<Group> groups;

  private ParameterGroups(List<Group> groups) {
    this.groups = groups;
  }

  /**
   * Returns a first group.
   *
   * @param name under which its state is saved
   */
  public static ParameterGroups of(String name, Predicate<Param> which, Optimizer rule) {
    return new ParameterGroups(List.of()).and(name, which, rule);
  }

  /**
   * Returns these groups with a further one for some of the parameters left.
   *
   * @throws IllegalArgumentException if there is a group of this name already
   */
  public ParameterGroups and(String name, Predicate<Param> which, Optimizer rule) {
    if (groups.stream().anyMatch(g -> g.name.equals(name))) {
      throw new IllegalArgumentException("there are two groups '" + name + "' of parameters");
    }
    List<Group> all = new ArrayList<>(groups);
    all.add(new Group(name, which, rule.named(name)));
    return new ParameterGroups(List.copyOf(all));
  }

  /** Returns these groups with one for all parameters left. */
  public ParameterGroups otherwise(String name, Optimizer rule) {
    return and(name, p -> true, rule);
  }

  @Override
  public List<Update> update(List<Param> params, List<Tensor> gradients) {
    if (params.size() != gradients.size()) {
      throw new IllegalArgumentException(
          "groups: %d parameters, but %d gradients".formatted(params.size(), gradients.size()));
    }
    Map<Group, List<Integer>> parts = new LinkedHashMap<>();
    for (int i = 0; i < params.size(); i++) {
      parts.computeIfAbsent(groupOf(params.get(i)), g -> new ArrayList<>()).add(i);
    }
    List<Update> updates = new ArrayList<>();
    parts.forEach((group, members) ->
        updates.addAll(
            group.rule.update(
                members.stream().map(params::get).toList(),
                members.stream().map(gradients::get).toList())));
    return updates;
  }

  private Group groupOf(Param param) {
    return groups.stream()
        .filter(g -> g.which.test(param))
        .findFirst()
        .orElseThrow(() ->
            new IllegalArgumentException(
                "groups: no group takes "
                    + param
                    + "; end them with otherwise(name, rule), or give the optimiser fewer"
                    + " parameters"));
  }

  @Override
  public Map<String, Param> state(Map<String, Param> params) {
    Map<Group, Map<String, Param>> parts = new HashMap<>();
    params.forEach((name, param) ->
        parts.computeIfAbsent(groupOf(param), g -> new LinkedHashMap<>()).put(name, param));
    Map<String, Param> all = new LinkedHashMap<>();
    for (Group g : groups) {
      Map<String, Param> members = parts.get(g);
      if (members != null) {
        all.putAll(g.rule.state(members));
      }
    }
    return all;
  }
}
