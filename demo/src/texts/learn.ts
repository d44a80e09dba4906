/** What stands around the lessons; their own words are in learn/lessons.ts. */
export const texts = {
  contents: 'Lessons',
  lesson: (number: number, all: number) => `Lesson ${number} of ${all}`,
  question: 'A question',
  answer: 'Show the answer',
  before: 'Before',
  next: 'Next',
  copied: 'The link to this lesson has been copied.',
};
