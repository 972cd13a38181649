package shinso.zoo.harness;

/**
 * What people read about a recipe.
 *
 * @param name what {@code shinso run} calls it, in small letters with hyphens
 * @param area the part of the zoo that it belongs to
 * @param summary what it does, in a line
 * @param reported what the paper or book reports, with its source
 */
public record Card(String name, String area, String summary, String reported) {}
