package shinso.nn.decode;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import shinso.core.program.Program;
import shinso.core.program.Step;
import shinso.core.random.Rng;
import shinso.core.tensor.Tensor;

/** A step of a search as a program, whatever number of parts the model's state has. */
final class SearchStep {
  private static final Rng NO_DRAWS = Rng.of(0);

  private final Traced traced;
  private final Map<Integer, Program> programs = new HashMap<>();

  /** What is traced. */
  interface Traced {
    Step trace(List<Tensor> in, List<Tensor> state, List<Tensor> given);
  }

  SearchStep(Traced traced) {
    this.traced = traced;
  }

  /** Returns the outputs; {@code in} has the same number of tensors at every call. */
  List<Tensor> run(List<Tensor> in, List<Tensor> state, List<Tensor> given) {
    int end = in.size() + state.size();
    Program program =
        programs.computeIfAbsent(
            state.size(),
            _ ->
                Program.of((all, rng) ->
                    traced.trace(
                        all.subList(0, in.size()),
                        all.subList(in.size(), end),
                        all.subList(end, all.size()))));
    Tensor[] all = Stream.of(in, state, given).flatMap(List::stream).toArray(Tensor[]::new);
    return program.run(NO_DRAWS, all).outputs();
  }
}
