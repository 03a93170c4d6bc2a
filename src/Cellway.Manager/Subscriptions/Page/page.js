(function () {
  var button = document.getElementById('copy'), link = document.getElementById('link');
  if (!navigator.clipboard) return;
  button.hidden = false;
  button.addEventListener('click', function () {
    navigator.clipboard.writeText(link.value).then(function () { button.textContent = button.dataset.done; });
  });
})();
