package shinso.nn.optim;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import shinso.core.program.Param;
import shinso.core.program.Update;
import shinso.core.tensor.Check;
import shinso.core.tensor.Tensor;

/** A rule that acts in every so-many-th step, on the mean of the gradients since it last did. */
final class AccumulatingOptimizer implements Optimizer {
  private final Optimizer rule;
  private final int steps;
  private final IdentityHashMap<Param, Param> sums = new IdentityHashMap<>();
  private final Param count = Param.of(Tensor.of(new int[1]).reshape());

  AccumulatingOptimizer(Optimizer rule, int steps) {
    if (steps < 1) {
      throw new IllegalArgumentException(
          "gradients are accumulated over at least 1 step, not " + steps);
    }
    this.rule = rule;
    this.steps = steps;
  }

  @Override
  public synchronized List<Update> update(List<Param> params, List<Tensor> gradients) {
    if (params.size() != gradients.size()) {
      throw new IllegalArgumentException(
          "accumulating: %d parameters, but %d gradients"
              .formatted(params.size(), gradients.size()));
    }
    Tensor counted = count.value().add(1);
    Tensor due = counted.mod(steps).equal(0);
    List<Update> updates = new ArrayList<>();
    List<Tensor> means = new ArrayList<>();
    for (int i = 0; i < params.size(); i++) {
      Check.sameShape("accumulating", params.get(i).shape(), gradients.get(i).shape());
      Param sum = sum(params.get(i));
      Tensor all = sum.value().add(gradients.get(i));
      means.add(all.div(steps));
      updates.add(new Update(sum, Tensor.select(due, 0, all)));
    }
    updates.add(new Update(count, counted));
    for (Update u : rule.update(params, means)) {
      updates.add(new Update(u.param(), Tensor.select(due, u.value(), u.param().value())));
    }
    return updates;
  }

  @Override
  public synchronized Map<String, Param> state(Map<String, Param> params) {
    Map<String, Param> all = new LinkedHashMap<>();
    all.put("accumulated.step", count);
    params.forEach((name, p) -> all.put("accumulated.g." + name, sum(p)));
    all.putAll(rule.state(params));
    return all;
  }

  private Param sum(Param p) {
    return sums.computeIfAbsent(
        p, k -> Param.of(Tensor.constant(0, k.dtype()).broadcastTo(k.shape())));
  }
}
