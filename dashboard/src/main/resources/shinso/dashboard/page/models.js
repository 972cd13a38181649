// Hands on the models.

/** Shows what the model of a run can do in an element; called again when another run is chosen. */
export function showModel(element, run) {
  element.replaceChildren();
  element.dataset.run = run.name;
}
