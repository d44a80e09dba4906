import 'mlsec/element';
import { useState } from 'react';

export function Lesson() {
  const [epsilon, setEpsilon] = useState(0.1);
  const [seen, setSeen] = useState('');
  return (
    <>
      <mlsec-playground
        model="mnist-cnn"
        sample={2}
        attack="pgd"
        epsilon={epsilon}
        controls=""
        onresult={({ detail }) => setSeen(detail.after.name)}
      />
      <p>
        The network sees: <output>{seen}</output>
      </p>
      <button type="button" onClick={() => setEpsilon(epsilon + 0.05)}>
        Stronger
      </button>
    </>
  );
}
