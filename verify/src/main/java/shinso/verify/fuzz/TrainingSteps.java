package shinso.verify.fuzz;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import shinso.core.backend.Backend;
import shinso.core.backend.Buffer;
import shinso.core.backend.Executable;
import shinso.core.graph.Graph;
import shinso.core.program.Param;
import shinso.core.program.Program;
import shinso.core.program.Step;
import shinso.core.program.Update;
import shinso.core.random.Rng;
import shinso.core.tensor.Tensor;
import shinso.core.tensor.TensorAccess;

/**
 * Programs that update parameters: several steps, each with the values that the one before gave,
 * compared bit by bit with the same program in which nothing is overwritten.
 */
final class TrainingSteps {
  private static final int ROUNDS = 3;

  private final Subject subject;
  private final Backend backend;

  TrainingSteps(Subject subject, Backend backend) {
    this.subject = subject;
    this.backend = backend;
  }

  /** The inputs and outputs of each round, computed without overwriting anything. */
  private List<Buffer[]> rounds() {
    Executable plain = backend.compile(subject.graph());
    Buffer[] state = subject.inputs();
    List<Buffer[]> rounds = new ArrayList<>();
    for (int round = 0; round < ROUNDS; round++) {
      Buffer[] out = Subject.outputs(subject.graph());
      plain.run(state, out);
      rounds.add(out);
      state = next(state, out);
    }
    return rounds;
  }

  private Buffer[] next(Buffer[] state, Buffer[] outputs) {
    Buffer[] next = state.clone();
    for (int i = 0; i < outputs.length; i++) {
      if (subject.donated()[i] >= 0) {
        next[subject.donated()[i]] = outputs[i];
      }
    }
    return next;
  }

  /** Runs the graph with new values in the memory of old ones, as far as the backend allows it. */
  @Nullable Finding inPlace() {
    Graph graph = subject.graph();
    int[] donated = subject.donated();
    Executable sharing = backend.compile(new Graph(graph.nodes(), graph.outputs(), donated));
    Buffer[] state = Arrays.stream(subject.inputs()).map(Subject::copy).toArray(Buffer[]::new);
    int round = 0;
    for (Buffer[] expected : rounds()) {
      Buffer[] out = Subject.outputs(graph);
      for (int i = 0; i < out.length; i++) {
        int input = sharing.inPlaceInput(i);
        if (input >= 0 && input != donated[i]) {
          return Finding.wrong(Finding.Check.IN_PLACE, "output " + i + " may take input " + input);
        }
        out[i] = input < 0 ? out[i] : state[input];
      }
      sharing.run(state, out);
      Finding f = Closeness.same(Finding.Check.IN_PLACE, expected, out);
      if (f != null) {
        return new Finding(f.check(), f.kind(), "step " + round + ", " + f.message());
      }
      // Outputs that weren't allowed to take an input's place are copied there.
      for (int i = 0; i < out.length; i++) {
        if (donated[i] >= 0 && out[i] != state[donated[i]]) {
          state[donated[i]] = Subject.copy(out[i]);
        }
      }
      round++;
    }
    return null;
  }

  /** Runs the program as users do, on the backend that they get. */
  @Nullable Finding program() {
    FuzzProgram p = subject.program();
    List<Tensor> given = p.values();
    Map<Integer, Param> params = new HashMap<>();
    p.updates().forEach(u -> params.put(u.leaf(), Param.of(given.get(u.leaf()))));
    Program program =
        Program.of((in, rng) -> {
          Map<Integer, Tensor> leaves = new HashMap<>();
          params.forEach((leaf, param) -> leaves.put(leaf, param.value()));
          List<Tensor> values = p.values(leaves);
          Step step =
              Step.of(
                  p.updates().stream()
                      .map(u ->
                          new Update(
                              Objects.requireNonNull(params.get(u.leaf())), values.get(u.value())))
                      .toList());
          for (int output : p.outputs()) {
            step = step.output(values.get(output));
          }
          return step;
        });
    int round = 0;
    for (Buffer[] expected : rounds()) {
      List<Tensor> outputs = program.run(Rng.of(1)).outputs();
      Buffer[] actual =
          outputs.stream()
              .map(t -> Objects.requireNonNull(TensorAccess.buffer(t)))
              .toArray(Buffer[]::new);
      int updates = p.updates().size();
      Buffer[] right = Arrays.copyOfRange(expected, updates, expected.length);
      Finding f = Closeness.same(Finding.Check.PROGRAM, right, actual);
      if (f == null && round == ROUNDS - 1) {
        Buffer[] last =
            p.updates().stream()
                .map(u ->
                    Objects.requireNonNull(
                        TensorAccess.buffer(Objects.requireNonNull(params.get(u.leaf())).value())))
                .toArray(Buffer[]::new);
        f = Closeness.same(Finding.Check.PROGRAM, Arrays.copyOf(expected, updates), last);
      }
      if (f != null) {
        return new Finding(f.check(), f.kind(), "step " + round + ", " + f.message());
      }
      round++;
    }
    return null;
  }
}
