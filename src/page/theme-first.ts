// Not a module, so that it runs before anything is shown: a chosen theme must not come with a flash of the other one.
const chosenTheme = localStorage.getItem('llmrouter-theme')
if (chosenTheme === 'light' || chosenTheme === 'dark') document.documentElement.dataset.theme = chosenTheme
