package shinso.zoo.harness;

import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import shinso.train.data.Split;

/** A source by its name, what loads it, and how pictures are read that are to be like its own. */
record Loaded(
    String name, BooleanSupplier present, Supplier<Split> loader, @Nullable ImageInput input)
    implements DataSource {
  @Override
  public boolean isHere() {
    return present.getAsBoolean();
  }

  @Override
  public Split load() {
    return loader.get();
  }
}
