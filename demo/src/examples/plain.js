import 'mlsec/element';

document.querySelector('#plain mlsec-playground').addEventListener('result', ({ detail }) => {
  document.querySelector('#seen').textContent = detail.after.name;
});
