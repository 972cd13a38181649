package shinso.spark.distributed;

import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import shinso.core.graph.GraphBuilder;
import shinso.core.program.Param;
import shinso.core.program.Program;
import shinso.core.program.Step;
import shinso.core.program.Update;
import shinso.core.random.Rng;
import shinso.core.tensor.DType;
import shinso.core.tensor.Shape;
import shinso.core.tensor.Tensor;
import shinso.core.tensor.TensorAccess;
import shinso.train.loop.Learner;

/**
 * A learner's step cut where gradients are known and not used yet. For each round of gradients one
 * program computes them; when the means of all rounds have come back, a last one computes the new
 * values, and nothing of the batch that these don't need.
 *
 * <p>What an update depends on says what becomes of it:
 *
 * <table>
 * <caption>Updates</caption>
 * <tr><th>of<th>depends on<th>is
 * <tr><td>anything<td>means of gradients, or neither these nor the batch<td>the same in all workers
 * <tr><td>the model<td>the batch, such as running statistics<td>averaged over the workers
 * <tr><td>the state<td>the batch or the key, such as persistent chains<td>each worker's own
 * <tr><td>the model<td>both<td>refused
 * </table>
 */
final class SynchronousLearner implements WorkerLearner {
  private final Learner learner;
  private final Sharing sharing;
  private final List<Program> gradients = new ArrayList<>();
  private final List<Param> statistics = new ArrayList<>();
  private final Map<String, Param> own = new LinkedHashMap<>();
  private final Set<Param> averaged = Collections.newSetFromMap(new IdentityHashMap<>());
  private final int fields;
  private final Program last;

  /**
   * Cuts a learner.
   *
   * @param example a batch of the shapes that are to come
   * @throws DistributionException if it can't be cut
   */
  SynchronousLearner(Learner learner, Sharing sharing, List<Tensor> example) {
    this.learner = learner;
    this.sharing = sharing;
    this.fields = example.size();
    int rounds = examine(example);
    for (int round = 0; round < rounds; round++) {
      int r = round;
      boolean isLast = round == rounds - 1;
      gradients.add(Program.of((inputs, rng) -> gradients(r, isLast, inputs, rng)));
    }
    this.last = Program.of(this::update);
  }

  /** Finds out what the updates depend on, in a trace of which nothing is computed. */
  private int examine(List<Tensor> example) {
    int[] rounds = new int[1];
    // Traced and compiled, but with nothing wanted of it.
    Program.of(
            (batch, rng) -> {
              sharing.begin(List.of());
              try {
                learner.train(batch, rng);
              } finally {
                sharing.end();
              }
              rounds[0] = sharing.rounds();
              if (rounds[0] == 0) {
                throw new DistributionException(
                    "the learner %s gives its gradients to no shared optimiser; make it with sharing.rule(…), or train it with localSteps"
                        .formatted(learner.getClass().getSimpleName()));
              }
              List<Tensor> placeholders = new ArrayList<>();
              for (int r = 0; r < rounds[0]; r++) {
                placeholders.add(TensorAccess.placeholder(sharing.gradients(r).shape(), DType.F32));
              }
              Step step;
              sharing.begin(placeholders);
              try {
                step = learner.train(batch, rng);
              } finally {
                sharing.end();
              }
              sort(step, batch, rng, placeholders);
              return Step.of(List.of());
            })
        .run(Rng.of(0), example.toArray(Tensor[]::new));
    return rounds[0];
  }

  private void sort(Step step, List<Tensor> batch, Rng rng, List<Tensor> placeholders) {
    Set<Tensor> given = Collections.newSetFromMap(new IdentityHashMap<>());
    given.addAll(batch);
    given.add(rng.key());
    Map<Param, String> model = names(learner.model());
    Map<Param, String> state = names(learner.state());
    for (Update u : step.updates()) {
      GraphBuilder graph = new GraphBuilder();
      graph.add(u.value());
      boolean ofBatch = graph.leaves().stream().anyMatch(given::contains);
      boolean ofMeans = graph.leaves().stream().anyMatch(t -> contains(placeholders, t));
      String name = model.get(u.param());
      String kept = state.getOrDefault(u.param(), "");
      if (ofBatch && name != null) {
        if (ofMeans || u.param().dtype() != DType.F32) {
          throw new DistributionException(
              "'%s' changes with the batch in a way that can't be averaged in each step; train with localSteps"
                  .formatted(name));
        }
        statistics.add(u.param());
        averaged.add(u.param());
      } else if (ofBatch) {
        own.put(kept, u.param());
      } else if (kept.endsWith(".step")
          && !kept.startsWith("average.")
          && !sharing.owns(u.param())) {
        throw new DistributionException(
            "the optimiser of '%s' is not shared; make it with sharing.rule(…), or train with localSteps"
                .formatted(kept));
      }
    }
  }

  private static boolean contains(List<Tensor> tensors, Tensor t) {
    return tensors.stream().anyMatch(p -> p == t);
  }

  private static Map<Param, String> names(Map<String, Param> params) {
    Map<Param, String> names = new IdentityHashMap<>();
    params.forEach((name, param) -> names.put(param, name));
    return names;
  }

  private Step gradients(int round, boolean isLast, List<Tensor> inputs, Rng rng) {
    sharing.begin(inputs.subList(fields, inputs.size()));
    Step step;
    try {
      step = learner.train(inputs.subList(0, fields), rng);
    } finally {
      sharing.end();
    }
    if (!isLast) {
      return Step.outputs(sharing.gradients(round));
    }
    List<Tensor> shared = new ArrayList<>();
    List<Update> kept = new ArrayList<>();
    for (Update u : step.updates()) {
      if (averaged.contains(u.param())) {
        shared.add(u.value().reshape(u.value().shape().size()));
      } else if (own.containsValue(u.param())) {
        kept.add(u);
      }
    }
    Step outputs = new Step(kept, step.metrics(), List.of(sharing.gradients(round)));
    return shared.isEmpty() ? outputs : outputs.output(Tensor.concat(0, shared));
  }

  private Step update(List<Tensor> inputs, Rng rng) {
    int behind = fields + gradients.size();
    sharing.begin(inputs.subList(fields, behind));
    Step step;
    try {
      step = learner.train(inputs.subList(0, fields), rng);
    } finally {
      sharing.end();
    }
    List<Update> updates = new ArrayList<>();
    int from = 0;
    for (Update u : step.updates()) {
      if (averaged.contains(u.param())) {
        Shape shape = u.param().shape();
        updates.add(
            new Update(
                u.param(), inputs.get(behind).slice(0, from, from + shape.size()).reshape(shape)));
        from += shape.size();
      } else if (!own.containsValue(u.param())) {
        updates.add(u);
      }
    }
    return Step.of(updates);
  }

  @Override
  public Map<String, Double> step(List<Tensor> batch, Rng rng, Reduction reduction) {
    Map<String, Double> metrics = Map.of();
    List<Tensor> inputs = new ArrayList<>(batch);
    for (int round = 0; round < gradients.size(); round++) {
      Program.Result result = gradients.get(round).run(rng, inputs.toArray(Tensor[]::new));
      boolean isLast = round == gradients.size() - 1;
      Contribution mine = new Contribution(result.output(0).toFloatArray());
      if (isLast) {
        mine.metrics(result.metrics());
        if (result.outputs().size() > 1) {
          mine.exact(result.output(1).toFloatArray());
        }
      }
      Contribution mean = reduction.mean(mine);
      inputs.add(Tensor.owning(mean.values(), Shape.of(mean.values().length)));
      if (isLast) {
        metrics = mean.metricMeans();
        if (mean.exact().length > 0) {
          inputs.add(Tensor.owning(mean.exact(), Shape.of(mean.exact().length)));
        }
      }
    }
    Metrics.requireFinite(metrics);
    last.run(rng, inputs.toArray(Tensor[]::new));
    return metrics;
  }

  @Override
  public void finish(Reduction reduction) {
    // Workers agree after every step.
  }

  @Override
  public boolean agrees() {
    return true;
  }

  @Override
  public Map<String, Param> own() {
    return own;
  }
}
