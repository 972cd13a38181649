package shinso.nn.optim;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import shinso.core.program.Param;
import shinso.core.program.Update;
import shinso.core.tensor.Tensor;

/** A rule, and then the proximal step of a penalty on the parameters that it has moved. */
final class ProximalOptimizer implements Optimizer {
  private final Optimizer rule;
  private final Schedule rate;
  private final Predicate<Param> which;
  private final Proximal penalty;
  private final Param step = Param.of(Tensor.of(new int[1]).reshape());

  ProximalOptimizer(Optimizer rule, Schedule rate, Predicate<Param> which, Proximal penalty) {
    this.rule = rule;
    this.rate = rate;
    this.which = which;
    this.penalty = penalty;
  }

  @Override
  public List<Update> update(List<Param> params, List<Tensor> gradients) {
    Set<Param> moved = Set.copyOf(params);
    List<Update> updates = new ArrayList<>();
    for (Update u : rule.update(params, gradients)) {
      Param p = u.param();
      if (moved.contains(p) && which.test(p)) {
        Tensor eta = rate.rate(step.value().cast(p.dtype()));
        updates.add(new Update(p, penalty.prox(u.value(), eta)));
      } else {
        updates.add(u);
      }
    }
    updates.add(new Update(step, step.value().add(1)));
    return updates;
  }

  @Override
  public Map<String, Param> state(Map<String, Param> params) {
    Map<String, Param> all = new LinkedHashMap<>(rule.state(params));
    all.put("proximal.step", step);
    return all;
  }
}
