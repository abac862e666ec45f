// The invitation stands behind the # of the link: into the field with it, and out of the address.
function take() {
  const field = document.getElementById("code");
  if (field && location.hash.length > 1) {
    field.value = decodeURIComponent(location.hash.slice(1));
    history.replaceState(null, "", location.pathname);
  }
}
take();
// Who stands on the page already and opens the link stays on it.
addEventListener("hashchange", take);
